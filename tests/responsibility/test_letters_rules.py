"""Letters as values: what is refused, how they are hashed, who may sign, and what the cascade says. No database."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from plumbline.responsibility.queries.letter_templates import shipped_templates
from plumbline.responsibility.rules.letter_cascade import (
    Load,
    Measure,
    burdens,
    is_complete,
    twice_median,
    unowned,
)
from plumbline.responsibility.rules.letter_document import canonical, hash_of, read_letter, shared_points, signer_hash
from plumbline.responsibility.rules.letter_sheet import read_text, write_text
from plumbline.responsibility.rules.letter_template import fill, read_template
from plumbline.responsibility.rules.letters import (
    LETTER_TRANSITIONS,
    LetterAct,
    LetterState,
    Seat,
    Side,
    WrongLetterState,
    check_editable,
    check_one_person,
    differences,
    next_letter_state,
    sides_of,
    signing_act,
    vacated,
)
from plumbline.responsibility.rules.problems import Refused
from tests.responsibility.letter_values import LOWER, UPPER, duty, letter, target

POINT = 1_000_000
DOCUMENT = Path(__file__).parents[2] / "docs" / "letter-format.md"
TEMPLATE = {
    "title": "Responsibility of {lower} in {year}",
    "preamble": "{upper} ({upper_post}) and {lower} ({lower_post}) agree; {other} stays.",
    "targets": [
        {
            "code": "T1",
            "title": "Organisation life",
            "points": 40 * POINT,
            "duties": [{"code": "D1", "title": "Lectures in {year}", "extent_target": "2", "due": "06-30"}],
        }
    ],
}


def test_the_worked_example_of_the_format_has_the_hash_that_is_printed_there():
    blocks = DOCUMENT.read_text().split("```")
    document, salt, printed = (block.split("\n", 1)[1].strip() for block in blocks[1:6:2])
    text = read_letter(json.loads(document))
    assert hash_of(text, salt) == printed
    assert hashlib.sha256(f"{salt}\n{canonical(text)}".encode()).hexdigest() == printed


def test_writing_down_and_reading_again_gives_the_same_letter():
    text = letter(target("T1", POINT, duty("D1", why="为什么")), preamble="红头")
    assert read_letter(json.loads(canonical(text))) == text
    assert "为什么" in canonical(text)


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=20))
def test_another_word_or_another_salt_gives_another_hash(words, salt):
    one = letter(target("T1", POINT), preamble="before")
    other = one.model_copy(update={"preamble": f"before{words}"})
    assert hash_of(one, salt) != hash_of(other, salt)
    assert hash_of(one, salt) != hash_of(one, f"{salt}x")


def test_the_log_names_no_signer():
    pseudonym = "5f0d2c1e-0000-4000-8000-000000000001"
    said = signer_hash("salt", Side.UPPER, pseudonym)
    assert len(said) == 64 and pseudonym not in said
    assert said != signer_hash("salt", Side.LOWER, pseudonym)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": 1}, "do not add up"),
        ({"format": 2}, "format 2"),
        ({"targets": [target("T1", 0), target("T1", 0)], "points": 0}, "T1 is used twice"),
        ({"targets": [target("T1", 0, duty("D")), target("T2", 0, duty("D"))], "points": 0}, "D is used twice"),
        ({"targets": [target("T1", 0, duty("D", due_on=date(2027, 1, 1)))], "points": 0}, "within the year"),
        ({"surprise": 1}, "Extra inputs"),
    ],
)
def test_a_letter_that_is_not_whole_is_refused(change, words):
    values = letter(target("T1", POINT)).model_dump()
    with pytest.raises(Refused, match=words):
        read_letter({**values, **change})


def test_a_duty_is_not_due_before_it_begins():
    with pytest.raises(ValidationError, match="due before it begins"):
        duty("D", starts_on=date(2026, 5, 2), due_on=date(2026, 5, 1))


def test_only_what_is_listed_may_happen():
    for state in LetterState:
        for act in LetterAct:
            if (state, act) in LETTER_TRANSITIONS:
                assert next_letter_state(state, act) is LETTER_TRANSITIONS[state, act]
            else:
                with pytest.raises(WrongLetterState):
                    next_letter_state(state, act)


def test_a_draft_alone_may_be_changed():
    check_editable(LetterState.DRAFT)
    for state, words in (
        (LetterState.ISSUED, "Recall it"),
        (LetterState.HALF, "Write an annex"),
        (LetterState.SIGNED, "Write an annex"),
        (LetterState.WITHDRAWN, "was withdrawn"),
    ):
        with pytest.raises(Refused, match=words):
            check_editable(state)


def test_whoever_holds_the_post_on_the_day_may_sign_for_its_side_and_nobody_else():
    seats = [Seat(Side.UPPER, {7: 70}), Seat(Side.LOWER, {8: 80, 9: 90})]
    assert sides_of(7, seats) == {Side.UPPER}
    assert sides_of(9, seats) == {Side.LOWER}
    assert sides_of(10, seats) == frozenset()
    assert sides_of(None, seats) == frozenset()


def test_a_successor_accedes_while_a_vacant_post_waits():
    seats = [Seat(Side.UPPER, {7: 71}), Seat(Side.LOWER, {8: 80})]
    assert vacated(seats, {Side.UPPER: {70}, Side.LOWER: {80}}) == {Side.UPPER}
    assert vacated(seats, {Side.UPPER: {70, 71}, Side.LOWER: {80}}) == frozenset()
    assert vacated([Seat(Side.LOWER, {})], {Side.LOWER: {80}}) == frozenset()
    assert vacated([Seat(Side.LOWER, {8: 80, 9: 90})], {Side.LOWER: {80}}) == frozenset()


def test_each_side_signs_once_and_nobody_for_both():
    assert signing_act([], Side.LOWER) is LetterAct.JOIN
    assert signing_act([Side.LOWER], Side.UPPER) is LetterAct.COMPLETE
    with pytest.raises(Refused, match="signed already"):
        signing_act([Side.LOWER], Side.LOWER)
    check_one_person(["a"], "b")
    with pytest.raises(Refused, match="other side"):
        check_one_person(["a"], "a")


def test_a_template_becomes_a_letter_and_leaves_other_braces_alone():
    text = fill(read_template(TEMPLATE), year=2026, upper=UPPER, lower=LOWER)
    assert text.title == "Responsibility of Finance Bureau Branch in 2026"
    assert text.preamble == (
        "Working Committee (Secretary) and Finance Bureau Branch (Secretary) agree; {other} stays."
    )
    assert text.points == 40 * POINT
    assert text.targets[0].duties[0].due_on == date(2026, 6, 30)


def test_a_unit_whose_name_looks_like_a_placeholder_keeps_its_name():
    odd = LOWER.model_copy(update={"unit": "{year}"})
    assert fill(read_template(TEMPLATE), year=2026, upper=UPPER, lower=odd).title == "Responsibility of {year} in 2026"


@pytest.mark.parametrize("day", ["02-29", "13-01", "3-1", ""])
def test_a_template_has_days_that_every_year_has(day):
    values = json.loads(json.dumps(TEMPLATE))
    values["targets"][0]["duties"][0]["due"] = day
    with pytest.raises(Refused, match="not a day of every year"):
        read_template(values)


def test_a_template_that_gives_no_letter_is_refused_when_it_is_filled():
    values = json.loads(json.dumps(TEMPLATE))
    values["targets"][0]["duties"][0] |= {"starts": "12-01", "due": "11-30"}
    with pytest.raises(Refused, match="due before it begins"):
        fill(read_template(values), year=2026, upper=UPPER, lower=LOWER)


def test_the_differences_from_the_template_are_by_code_and_not_by_order():
    first, second = target("T1", POINT, duty("D1")), target("T2", 2 * POINT)
    assert differences(letter(first, second), letter(second, first)) == ()
    changed = letter(target("T1", POINT, duty("D1", extent_target="6")), preamble="Ours")
    found = {one.place: (one.before, one.after) for one in differences(letter(first, second), changed)}
    assert found == {
        "preamble": ("", "Ours"),
        "points": (str(3 * POINT), str(POINT)),
        "duty:D1:extent_target": ("4", "6"),
        "target:T2:title": ("Target T2", None),
        "target:T2:points": (str(2 * POINT), None),
    }


def test_a_duty_without_a_post_and_without_a_letter_below_has_no_owner():
    above = letter(target("T1", POINT, duty("A1"), duty("A2"), duty("A3", post_code="deputy")))
    below = [letter(target("T1", POINT, duty("B1", serves="A2")))]
    assert unowned(above, []) == ("A1", "A2")
    assert unowned(above, below) == ("A1",)
    assert not is_complete(above, below)
    assert is_complete(above, [*below, letter(target("T1", 0, duty("C1", serves="A1")))])


@pytest.mark.parametrize(("values", "twice"), [([], 0), ([4], 8), ([1, 2], 3), ([5, 1, 3], 6), ([1, 2, 3, 10], 5)])
def test_twice_the_median_is_exact(values, twice):
    assert twice_median(values) == twice


def test_a_load_is_too_much_beyond_the_threshold_and_not_at_it():
    peers = [Load("b", 10, 2), Load("c", 10, 2), Load("d", 10, 2)]
    at, beyond = burdens([Load("a", 15, 3), *peers])[0], burdens([Load("a", 16, 3), *peers])[0]
    assert at.beyond == frozenset()
    assert beyond.beyond == {Measure.POINTS}
    assert beyond.twice_median_points == 20
    assert burdens([Load("a", 15, 3), *peers], threshold=14_999)[0].beyond == {Measure.POINTS, Measure.NUMBER}


def test_few_peers_say_nothing():
    assert burdens([Load("a", 100, 9), Load("b", 1, 1), Load("c", 1, 1)])[0].beyond == frozenset()


def test_the_points_of_a_target_are_shared_by_its_duties():
    text = letter(target("T1", POINT, duty("D1")), target("T2", 10, duty("D2"), duty("D3"), duty("D4")))
    assert [(one.code, points) for _target, one, points in shared_points(text)] == [
        ("D1", POINT), ("D2", 4), ("D3", 3), ("D4", 3),
    ]  # fmt: skip


def test_a_text_to_be_edited_says_points_as_points_and_comes_back_whole():
    text = letter(target("T1", POINT // 2, duty("D1", why="为什么")), preamble="红头").model_dump(mode="json")
    written = write_text(text)
    assert "points: 0.5" in written
    assert "post_code: ''" not in written
    assert read_letter(read_text(written)) == read_letter(text)
    for wrong, words in (
        ("a: [", "Line 1"), ("- a", "must name its parts"), ("targets: [{points: x}]", "no number of points"),
        ("points: 0.0000001", "six decimal places"), ("x" * 200_001, "too long"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            read_text(wrong)


def test_the_shipped_templates_are_templates_in_both_languages():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            shipped = shipped_templates()
        assert set(shipped) == {"party_building", "two_responsibilities"}
        for one in shipped.values():
            assert read_template(read_text(one["text"])).targets
