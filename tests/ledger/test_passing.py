"""Facts passed from a county to the city above it: two installations, told as it happens.

The county's installation is built, asked for its file, and rolled back; the city's is built then in the same database, with
other numbers for everything: nothing but the file leads from one to the other.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Fact, OutboxEntry, PassedFact, PassedFile
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Unit

pytestmark = pytest.mark.django_db
AT = datetime(2027, 1, 10, 2, tzinfo=UTC)
SOON = AT + timedelta(days=3)
YEAR = {"from_": date(2026, 1, 1), "until": date(2026, 12, 31)}
MACHINE = Actor.system("tests")


class _RolledBack(Exception):
    pass


def found(code: str, name: str, parent: Any = None, kind: str = "branch") -> Unit:
    made = organisation.found_organisation(
        by=MACHINE, at=AT, code=code, name=name, kind=kind, parent=parent, founded_on=date(2020, 1, 1)
    )
    return Unit.objects.get(pk=made.pk)


def boss(unit: Unit) -> Actor:
    return Actor(f"boss-of-{unit.code}", 7, grants=(Grant("administrator", unit.pk, unit.path),))


class County:
    """The level below, while it stands."""

    def __init__(self) -> None:
        self.root = organisation.found_organisation(
            by=MACHINE, at=AT, code="QH", name="清河县工委", kind="working_committee"
        )
        self.units = {code: found(code, f"支部{code}", self.root) for code in ("QH-1", "QH-2")}
        self.facts = [self.meeting("QH-1", 3), self.meeting("QH-1", 4), self.meeting("QH-2", 3)]

    def meeting(self, code: str, month: int) -> Fact:
        return ledger.post(
            by=MACHINE, at=AT, kind="meeting.held", unit_id=self.units[code].pk, occurred_on=date(2026, month, 5),
            attributes={"meeting_kind": "members_meeting", "attended": 12, "topic": "王敏的发言"}, source="test",
        )  # fmt: skip

    def file(self, at: datetime = AT, **changed: Any) -> ledger.PassedUp:
        given: dict[str, Any] = {"kinds": ["meeting.held"], **YEAR} | changed
        return ledger.pass_up(by=boss(Unit.objects.get(code="QH")), at=at, committee_id=self.root.pk, **given)


def nothing(_county: "County") -> None:
    """Let the county do nothing before its file is taken."""


def below(*acts: Callable[[County], Any]) -> list[ledger.PassedUp]:
    """Build the county, let it do things one after the other, take its file after each, and let it vanish."""
    files: list[ledger.PassedUp] = []
    try:
        with transaction.atomic():
            county = County()
            for act in acts or (nothing,):
                made = act(county)
                files.append(made if isinstance(made, ledger.PassedUp) else county.file())
            raise _RolledBack
    except _RolledBack:
        return files


class City:
    """The level above: the county's committee is a unit here; its second branch has another code."""

    def __init__(self) -> None:
        found("CITY-0", "先来的单位", kind="working_committee")  # so that no number is the same by chance
        root = organisation.found_organisation(by=MACHINE, at=AT, code="CITY", name="市工委", kind="working_committee")
        self.root = Unit.objects.get(pk=root.pk)
        county = organisation.found_organisation(
            by=MACHINE, at=AT, code="QINGHE", name="清河县工委", kind="committee", parent=root
        )
        self.county = Unit.objects.get(pk=county.pk)
        self.first = found("QH-1", "支部QH-1", county)
        self.second = found("QINGHE-2", "第二支部", county)
        self.by = boss(self.root)

    def take(self, made: ledger.PassedUp, at: datetime = AT) -> PassedFile:
        return ledger.begin_intake(
            by=self.by, at=at, sender_unit_id=self.county.pk, name=made.name, content=made.content
        )

    def matched(self, made: ledger.PassedUp, at: datetime = AT) -> PassedFile:
        file = self.take(made, at)
        return ledger.match_units(by=self.by, at=at, file_id=file.pk, mapping={"QH-2": self.second.pk, "QH": 0})

    def add(self, made: ledger.PassedUp, at: datetime = AT) -> ledger.Intake:
        return ledger.add_intake(by=self.by, at=at, file_id=self.matched(made, at).pk)

    def facts(self, unit: Unit) -> list[date]:
        rows = ledger.current_facts(None).filter(unit=unit).order_by("occurred_on")
        return list(rows.values_list("occurred_on", flat=True))


def test_a_county_passes_its_facts_to_the_city(db: None) -> None:
    [made] = below()
    assert (made.name, made.facts, made.results) == ("QH-2026-01-01-2026-12-31.plumbline", 3, 0)
    assert "王敏" not in made.content.decode(), "free text that no rule needs stays at home"
    city = City()
    file = city.take(made)
    assert file.mapping == {"QH-1": city.first.pk}, "matched by code"
    assert ledger.examine_intake(by=city.by, at=AT, file_id=file.pk).unmatched == ("QH-2",)
    with pytest.raises(ledger.PassingRefused, match="not matched"):
        ledger.add_intake(by=city.by, at=AT, file_id=file.pk)
    page = ledger.passed_page(city.by, file.pk)
    assert [(one.unit.code, one.here, one.is_open, one.facts) for one in page.matches] == [
        ("QH", None, True, 0), ("QH-1", city.first, False, 2), ("QH-2", None, True, 1),
    ]  # fmt: skip
    ledger.match_units(by=city.by, at=AT, file_id=file.pk, mapping={"QH-2": city.second.pk})
    dry = ledger.examine_intake(by=city.by, at=AT, file_id=file.pk)
    assert (dry.counts, dry.may_add, dry.warnings) == ({"new": 3}, True, ())
    assert not Fact.objects.filter(unit=city.first).exists(), "a dry run writes nothing"
    done = ledger.add_intake(by=city.by, at=AT, file_id=file.pk)
    assert done.counts == {"new": 3}
    assert city.facts(city.first) == [date(2026, 3, 5), date(2026, 4, 5)]
    assert city.facts(city.second) == [date(2026, 3, 5)]
    fact = Fact.objects.get(unit=city.second)
    assert fact.attributes == {"meeting_kind": "members_meeting", "attended": 12}
    assert (fact.member, fact.evidence, fact.source) == (None, [], f"passed:{file.pk}:清河县工委")
    origin = ledger.fact_view(city.by, fact.pk).origin
    assert origin is not None
    assert (origin.file.fingerprint, origin.key, origin.line > 1) == (made.fingerprint, origin.key, True)
    assert ledger.facts_page(city.by, ledger.FactFilter(source="passed")).count == 3
    assert ledger.facts_page(city.by, ledger.FactFilter(source="area")).count == 0


def test_the_same_file_adds_nothing_and_the_same_facts_add_nothing(db: None) -> None:
    [first, again] = below(lambda county: county.file(), lambda county: county.file(at=SOON))
    city = City()
    city.add(first)
    before = Fact.objects.count()
    with pytest.raises(ledger.PassingRefused, match="errors"):
        city.add(first)
    known = ledger.examine_intake(by=city.by, at=AT, file_id=PassedFile.objects.latest("pk").pk)
    assert [(one.line, "added already" in one.message) for one in known.problems] == [(0, True)]
    assert again.fingerprint != first.fingerprint
    assert city.add(again).counts == {"same": 3}
    assert Fact.objects.count() == before
    done = PassedFile.objects.latest("pk")
    for act in (ledger.add_intake, ledger.examine_intake, ledger.drop_intake):
        with pytest.raises(ledger.PassingRefused, match="added already"):
            act(by=city.by, at=AT, file_id=done.pk)


def test_a_corrected_file_supersedes_by_correction(db: None) -> None:
    def mend(county: County) -> None:
        by = boss(Unit.objects.get(code="QH"))
        ledger.correct(by=by, at=AT, fact_id=county.facts[0].pk, reason="the day", occurred_on=date(2026, 3, 9))
        ledger.withdraw(by=by, at=AT, fact_id=county.facts[1].pk, reason="it was no meeting")
        county.meeting("QH-2", 6)

    def back(county: County) -> None:
        by = boss(Unit.objects.get(code="QH"))
        newest = Fact.objects.get(supersedes=county.facts[0])
        ledger.correct(by=by, at=AT, fact_id=newest.pk, reason="again", quantity=2)

    [first, second, third] = below(nothing, mend, back)
    city = City()
    city.add(first)
    assert city.add(second).counts == {"changed": 1, "same": 1, "new": 1, "gone": 1}
    assert city.facts(city.first) == [date(2026, 3, 9)]
    assert city.facts(city.second) == [date(2026, 3, 5), date(2026, 6, 5)]
    corrected = ledger.current_facts(None).get(unit=city.first)
    assert corrected.supersedes is not None
    assert corrected.reason.startswith("Passed up anew: QH-2026")
    # What somebody corrected here stays as long as the sender says nothing else; then the newest is superseded.
    local = ledger.correct(
        by=city.by, at=AT, fact_id=corrected.pk, reason="we saw the minutes", occurred_on=date(2026, 3, 10)
    )
    assert city.add(third).counts == {"changed": 1, "same": 2}
    newest = ledger.current_facts(None).get(unit=city.first)
    assert (newest.supersedes, newest.quantity, newest.occurred_on) == (local, 2, date(2026, 3, 9))


def test_an_older_file_would_undo_a_newer_one_and_is_refused(db: None) -> None:
    [old, new] = below(nothing, lambda county: (county.meeting("QH-1", 7), None)[1])
    city = City()
    city.add(new)
    file = city.matched(old)
    [problem] = ledger.examine_intake(by=city.by, at=AT, file_id=file.pk).problems
    assert "A newer file was added already" in problem.message
    with pytest.raises(ledger.PassingRefused):
        ledger.add_intake(by=city.by, at=AT, file_id=file.pk)


def test_what_had_gone_comes_back(db: None) -> None:
    """A unit that was left out once is gone for the city; matched again, its facts come back as corrections."""

    def without(county: County) -> ledger.PassedUp:
        return county.file(until=date(2026, 3, 31))

    def moved(county: County) -> None:
        by = boss(Unit.objects.get(code="QH"))
        ledger.correct(by=by, at=AT, fact_id=county.facts[1].pk, reason="the year", occurred_on=date(2025, 4, 5))

    def returned(county: County) -> None:
        by = boss(Unit.objects.get(code="QH"))
        newest = Fact.objects.get(supersedes=county.facts[1])
        ledger.correct(by=by, at=AT, fact_id=newest.pk, reason="the year was right", occurred_on=date(2026, 4, 5))

    [first, narrow, second, third] = below(nothing, without, moved, returned)
    city = City()
    city.add(first)
    assert city.add(narrow).counts == {"same": 2}, "April is outside what the narrow file states, so nothing is gone"
    assert city.add(second).counts == {"same": 2, "gone": 1}
    assert city.facts(city.first) == [date(2026, 3, 5)]
    assert city.add(third).counts == {"same": 2, "back": 1}
    assert city.facts(city.first) == [date(2026, 3, 5), date(2026, 4, 5)]


def test_errors_by_line_and_nothing_is_added(db: None) -> None:
    [made] = below()
    city = City()
    Unit.objects.filter(pk=city.second.pk).update(founded_on=date(2026, 6, 1))
    file = city.matched(made)
    found_ = ledger.examine_intake(by=city.by, at=AT, file_id=file.pk)
    [problem] = found_.problems
    assert "not yet founded" in problem.message
    assert made.content.decode().splitlines()[problem.line - 1].count("QH-2") == 1
    with pytest.raises(ledger.PassingRefused, match="Nothing was added"):
        ledger.add_intake(by=city.by, at=AT, file_id=file.pk)
    assert not Fact.objects.filter(unit=city.first).exists()


def test_one_byte_changed_is_refused_with_the_place(db: None) -> None:
    [made] = below()
    city = City()
    damaged = made.content.replace(b'"attended":12', b'"attended":13', 1)
    with pytest.raises(ledger.PassedDamaged, match=r"Line \d+: the line was changed"):
        ledger.begin_intake(by=city.by, at=AT, sender_unit_id=city.county.pk, name="x", content=damaged)
    assert not PassedFile.objects.exists()


def test_kinds_must_mean_the_same_on_both_sides(db: None) -> None:
    def define(county: County) -> ledger.PassedUp:
        by = boss(Unit.objects.get(code="QH"))
        spec = ledger.FactKindSpec("energy.reported", "能耗", "用电", "kWh", places=2, filed_by=("administrator",))
        ledger.add_kind(by=by, at=AT, spec=spec)
        ledger.file_fact(
            by=by, at=AT,
            draft=ledger.FactDraft("energy.reported", county.units["QH-1"].pk, date(2026, 5, 1), 1234, {}, source="manual"),
        )  # fmt: skip
        return county.file(kinds=["energy.reported"])

    [made] = below(define)
    city = City()
    file = city.take(made)
    [unknown] = ledger.examine_intake(by=city.by, at=AT, file_id=file.pk).problems
    assert "There is no kind energy.reported (能耗) here" in unknown.message
    other = ledger.FactKindSpec("energy.reported", "能耗", "用电", "kWh", places=3, filed_by=("administrator",))
    ledger.add_kind(by=city.by, at=AT, spec=other)
    [differs] = ledger.examine_intake(by=city.by, at=AT, file_id=file.pk).problems
    assert "other decimal places" in differs.message


def test_units_are_matched_within_the_sender_only_and_remembered(db: None) -> None:
    [made, later] = below(nothing, lambda county: (county.meeting("QH-2", 8), None)[1])
    city = City()
    file = city.take(made)
    for mapping, words in (
        ({"NOBODY": city.first.pk}, "no unit NOBODY"),
        ({"QH-2": city.first.pk}, "the same unit"),
        ({"QH-2": city.root.pk}, "under the one"),
    ):
        with pytest.raises(ledger.PassingRefused, match=words):
            ledger.match_units(by=city.by, at=AT, file_id=file.pk, mapping=mapping)
    ledger.match_units(by=city.by, at=AT, file_id=file.pk, mapping={"QH-2": 0})
    assert ledger.add_intake(by=city.by, at=AT, file_id=file.pk).counts == {"new": 2, "left_out": 1}
    assert city.take(later).mapping == {"QH-1": city.first.pk, "QH-2": 0}, "as the last file was matched"


def test_who_may_and_what_is_refused(db: None) -> None:
    [made] = below()
    city = City()
    file = city.take(made)
    strangers = [boss(city.first), Actor("s", 3, grants=(Grant("secretary", city.county.pk, city.county.path),))]
    for stranger in strangers:
        acts: list[Callable[[], Any]] = [
            lambda by=stranger: ledger.begin_intake(  # type: ignore[misc]
                by=by, at=AT, sender_unit_id=city.county.pk, name="x", content=made.content
            ),
            lambda by=stranger: ledger.match_units(by=by, at=AT, file_id=file.pk, mapping={}),  # type: ignore[misc]
            lambda by=stranger: ledger.add_intake(by=by, at=AT, file_id=file.pk),  # type: ignore[misc]
            lambda by=stranger: ledger.passed_page(by, file.pk),  # type: ignore[misc]
            lambda by=stranger: ledger.pass_up(  # type: ignore[misc]
                by=by, at=AT, committee_id=city.county.pk, kinds=["meeting.held"], **YEAR
            ),
        ]
        for act in acts:
            with pytest.raises(NotPermitted):
                act()
    with pytest.raises(NotPermitted):
        ledger.received_files(strangers[1])
    for missing in (
        lambda: ledger.begin_intake(by=city.by, at=AT, sender_unit_id=999_999, name="x", content=b"x"),
        lambda: ledger.add_intake(by=city.by, at=AT, file_id=999_999),
        lambda: ledger.pass_up(by=city.by, at=AT, committee_id=999_999, kinds=["meeting.held"], **YEAR),
    ):
        with pytest.raises(NotPermitted):
            missing()
    for content, words in ((b"", "empty"), (b"x" * (100 * 1024 * 1024 + 1), "larger")):
        with pytest.raises(ledger.PassingRefused, match=words):
            ledger.begin_intake(by=city.by, at=AT, sender_unit_id=city.county.pk, name="x", content=content)
    up: dict[str, Any] = {"by": city.by, "at": AT, "committee_id": city.county.pk, **YEAR}
    for changed, field in (
        ({"kinds": []}, "kinds"),
        ({"kinds": ["assessment.judged"]}, "kinds"),
        ({"kinds": ["meeting.held"], "until": date(2025, 1, 1)}, "until"),
    ):
        with pytest.raises(ledger.PassingRefused) as refused:
            ledger.pass_up(**up | changed)
        assert refused.value.field == field
    assert [one.pk for one in ledger.received_files(city.by)] == [file.pk]
    ledger.drop_intake(by=city.by, at=AT, file_id=file.pk)
    assert not PassedFile.objects.exists()


def test_too_many_facts_are_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from plumbline.ledger.actions import passing_up

    monkeypatch.setattr(passing_up, "MOST_FACTS", 2)
    with pytest.raises(ledger.PassingRefused, match="More than 2 facts"):
        below()


def test_passing_up_is_written_down_and_shown(db: None) -> None:
    county = County()
    made = county.file()
    by = boss(Unit.objects.get(code="QH"))
    assert OutboxEntry.objects.latest("pk").document["fingerprint"] == made.fingerprint
    shown = ledger.passing_up(by, Unit.objects.get(code="QH"), YEAR["from_"], YEAR["until"])
    assert [(one.kind.code, one.facts) for one in shown.kinds] == [("meeting.held", 3)]
    assert [row.new["fingerprint"] for row in shown.recent] == [made.fingerprint]
    assert [unit.code for unit in ledger.committees_to_pass(by)] == ["QH"]
    assert [unit.code for unit in ledger.committees_to_pass(MACHINE)] == ["QH"]
    assert audit.history(f"unit:{county.root.pk}")[0].action == "ledger.pass_up"


def test_provenance_is_append_only(db: None) -> None:
    [made] = below()
    city = City()
    city.add(made)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_passedfact SET line = 1")
    assert PassedFact.objects.count() == 3
