"""What each action refuses, keeps and leaves behind."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import calculating, storage
from plumbline.assessment.models import (
    CompositeScore,
    CountedFact,
    Inapplicable,
    NodeScore,
    Round,
    RuleHit,
    Run,
    Scheme,
    SchemeVersion,
    Snapshot,
)
from plumbline.kernel import audit
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import Message, User
from plumbline.ledger.models import OutboxEntry
from plumbline.organisation import api as organisation
from tests.assessment.county import FILED, FROZEN, LATER, MACHINE, YEAR, County, post, routine, scored, study

pytestmark = pytest.mark.django_db

SMALL = """
code: mine
title: {en: Mine, zh: 我的方案}
tree:
  - code: A
    name: Study
    points: %s
    rules:
      - {type: missing, source: {kind: meeting.held}, required: 4, deduct: 0.5}
"""


def test_a_changed_scheme_becomes_the_next_version_and_the_old_one_never_changes(county: County) -> None:
    by = county.actor("administrator")
    first = assessment.import_scheme(by=by, at=FILED, text=SMALL % 2)
    same = assessment.import_scheme(by=by, at=FILED, text=SMALL % "2.0")
    second = assessment.import_scheme(by=by, at=FILED, text=SMALL % 3)
    assert (first.identical, same.identical, second.identical) == (False, True, False)
    assert [first.version.number, same.version.number, second.version.number] == [1, 1, 2]
    with pytest.raises(DatabaseError), transaction.atomic():
        SchemeVersion.objects.filter(pk=first.version.pk).update(title="other")
    assert [row.action for row in audit.history(f"scheme:{first.version.scheme_id}")] == [
        "assessment.import_scheme"
    ] * 2


def test_a_scheme_that_counts_an_unknown_kind_is_refused_with_the_line(county: County) -> None:
    text = SMALL.replace("meeting.held", "meeting.hold")
    with pytest.raises(assessment.SchemeInvalid) as refusal:
        assessment.import_scheme(by=county.actor("administrator"), at=FILED, text=text % 2)
    (problem,) = refusal.value.problems
    assert problem.line == 9
    assert "meeting.hold" in problem.message
    assert not Scheme.objects.exists()


def test_a_scheme_comes_from_an_administrator_alone(county: County) -> None:
    for role in ("assessor", "secretary", "member", "auditor"):
        with pytest.raises(NotPermitted):
            assessment.import_scheme(by=county.actor(role), at=FILED, text=SMALL % 2)


def test_a_scheme_exports_to_text_that_imports_as_the_same(county: County) -> None:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=SMALL % "2.5").version
    text = assessment.export_scheme(by, version_id=version.pk)
    assert assessment.import_scheme(by=by, at=LATER, text=text).identical
    with pytest.raises(NotPermitted):
        assessment.export_scheme(by, version_id=0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"until": date(2025, 1, 1)}, "until"),
        ({"until": date(2062, 1, 1)}, "until"),
        ({"units": {}}, "units"),
        ({"scheme_version_id": 0}, "scheme_version"),
        ({"units": {987654: "branch"}}, "units"),
    ],
)
def test_a_round_without_title_period_units_or_scheme_is_refused_at_its_field(
    county: County, changed: dict[str, Any], field: str
) -> None:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=SMALL % 2).version
    given: dict[str, Any] = {
        "scheme_version_id": version.pk, "title": "T", "from_": YEAR[0], "until": YEAR[1],
        "units": {county["B1"].pk: "branch"},
    }  # fmt: skip
    with pytest.raises(assessment.Refused) as refusal:
        assessment.create_round(by=by, at=FILED, **(given | changed))
    assert refusal.value.field == field
    assert not Round.objects.exists()


def test_classes_are_made_by_kind_and_by_class_of_department(county: County) -> None:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=SMALL % 2).version
    (committee,) = assessment.committees(by, on=YEAR[1])
    choices = assessment.class_choices(by, committee, on=YEAR[1])
    assert [(choice.key, choice.units) for choice in choices] == [("kind:branch", 3), ("department:A", 1)]
    round_ = assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="T", from_=YEAR[0], until=YEAR[1],
        classes=[choice.selection for choice in choices],
    )  # fmt: skip
    assert dict(round_.round_units.values_list("unit__code", "klass")) == {
        "B1": "branch", "B2": "branch", "B3": "branch", "D1": "A",
    }  # fmt: skip
    assert round_.committee.code == "W"
    with pytest.raises(assessment.Refused, match="two classes"):
        assessment.set_units(
            by=by, at=FILED, round_id=round_.pk, units={county["B1"].pk: "other"}, classes=[choices[0].selection]
        )
    with pytest.raises(assessment.Refused, match="make up the class"):
        assessment.set_units(by=by, at=FILED, round_id=round_.pk, classes=[assessment.ClassSelection("all")])
    assert assessment.set_units(by=by, at=FILED, round_id=round_.pk, units={county["B1"].pk: "branch"}) == 1


def test_a_round_outside_the_own_tree_is_refused(county: County) -> None:
    version = assessment.import_scheme(by=MACHINE, at=FILED, text=SMALL % 2).version
    given: dict[str, Any] = {"scheme_version_id": version.pk, "title": "T", "from_": YEAR[0], "until": YEAR[1]}
    with pytest.raises(assessment.Refused):
        assessment.create_round(by=county.actor("administrator", "B1"), at=FILED, units={county["B2"].pk: "x"}, **given)
    with pytest.raises(NotPermitted):
        assessment.create_round(by=county.actor("assessor"), at=FILED, units={county["B2"].pk: "x"}, **given)
    with pytest.raises(assessment.Refused, match="does not lead"):
        assessment.create_round(
            by=county.actor("administrator"),
            at=FILED,
            units={county["B2"].pk: "x"},
            committee_id=county["B1"].pk,
            **given,
        )


def test_a_frozen_round_is_not_changed(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    unit = county["B1"].pk
    with pytest.raises(assessment.WrongState) as wrong:
        assessment.set_units(by=by, at=LATER, round_id=round_.pk, units={unit: "branch"})
    assert "open it again" in assessment.in_words(wrong.value)
    with pytest.raises(assessment.WrongState):
        assessment.exempt(by=by, at=LATER, round_id=round_.pk, unit_id=unit, node="1.1", reason="late")
    with pytest.raises(assessment.WrongState):
        assessment.freeze(by=by, at=LATER, round_id=round_.pk)


def test_an_exemption_needs_a_reason_a_unit_of_the_round_and_an_indicator_of_the_scheme(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    good: dict[str, Any] = {"unit_id": county["B1"].pk, "node": "2.1", "reason": "new"}
    for wrong in ({"reason": " "}, {"unit_id": county["D1"].pk}, {"node": "9.9"}):
        with pytest.raises(assessment.Refused):
            assessment.exempt(by=by, at=FILED, round_id=round_.pk, **(good | wrong))
    assessment.exempt(by=by, at=FILED, round_id=round_.pk, **good)
    assessment.exempt(by=by, at=FILED, round_id=round_.pk, **(good | {"reason": "founded in November"}))
    assert Inapplicable.objects.get().reason == "founded in November"
    assessment.end_exemption(by=by, at=FILED, round_id=round_.pk, unit_id=county["B1"].pk, node="2.1")
    assert not Inapplicable.objects.exists()


def test_the_manifest_names_every_file_and_its_hash_waits_in_the_outbox(county: County) -> None:
    study(county, "B1", 1, 4)
    round_ = routine(county)
    snapshot = assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    folder = storage.root() / snapshot.folder
    assert snapshot.manifest["counts"] == {"facts": 2, "units": 3, "applicability": 0}
    assert snapshot.manifest["scheme"]["hash"] == round_.scheme_version.document_hash
    for name, entry in snapshot.manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]
    written = json.loads((folder / storage.MANIFEST).read_text())
    assert storage.hash_of(written) == snapshot.manifest_hash == snapshot.folder
    (entry,) = OutboxEntry.objects.filter(kind="assessment.snapshot")
    assert entry.document["manifest_hash"] == snapshot.manifest_hash


def test_a_disk_that_refuses_leaves_no_snapshot_and_no_folder(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = routine(county)
    before = set(storage.root().iterdir()) if storage.root().exists() else set()

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_put_in_place", full)
    with pytest.raises(OSError, match="No space"):
        assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    assert set(storage.root().iterdir()) == before
    assert not Snapshot.objects.exists()
    round_.refresh_from_db()
    assert round_.state == assessment.RoundState.DRAFT


def test_a_round_without_units_is_not_frozen(county: County) -> None:
    round_ = routine(county)
    round_.round_units.all().delete()
    with pytest.raises(assessment.Refused, match="Choose the units"):
        assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)


def test_facts_recorded_after_the_moment_of_the_freeze_are_left_out_and_their_filer_is_told(county: County) -> None:
    from plumbline.kernel.actor import Actor
    from plumbline.ledger import api as ledger

    user = User.objects.create_user("li")
    by = Actor(pseudonym=str(user.pseudonym), user_id=user.pk)
    ledger.post(
        by=by, at=LATER, kind="meeting.held", unit_id=county["B1"].pk, occurred_on=date(2026, 5, 5),
        attributes={"meeting_kind": "party_building_study"}, source="test",
    )  # fmt: skip
    round_ = routine(county)
    snapshot = assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    assert snapshot.manifest["counts"]["facts"] == 0
    message = Message.objects.get(recipient=user)
    assert "Routine work 2026" in message.subject


def test_a_changed_file_is_found_before_anything_is_scored(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    snapshot = assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    path = Path(storage.root() / snapshot.folder / "units.parquet")
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    with pytest.raises(assessment.SnapshotDamaged) as damaged:
        assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    assert "units.parquet" in assessment.in_words(damaged.value)
    round_.refresh_from_db()
    assert round_.state == assessment.RoundState.FROZEN
    path.write_bytes(content)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)


def test_a_calculation_that_fails_half_way_leaves_no_results(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    from plumbline.assessment.actions import scoring

    def broken(*_args: Any) -> None:
        raise RuntimeError("the outbox is away")

    monkeypatch.setattr(scoring, "_finish", broken)
    with pytest.raises(RuntimeError):
        assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    assert not Run.objects.exists()
    assert not CountedFact.objects.exists()
    round_.refresh_from_db()
    assert round_.state == assessment.RoundState.FROZEN


def test_a_round_that_is_not_frozen_is_not_scored_and_one_not_scored_is_not_verified(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    with pytest.raises(assessment.WrongState):
        assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="not been scored"):
        assessment.start_verifying(by=by, at=FROZEN, round_id=round_.pk)
    with pytest.raises(NotPermitted):
        assessment.start_verifying(by=by, at=FROZEN, round_id=0)
    with pytest.raises(NotPermitted):
        assessment.verify_run(by=by, at=FROZEN, run_id=0)
    with pytest.raises(NotPermitted):
        assessment.freeze(by=by, at=FROZEN, round_id=0)


def test_the_result_is_published_and_is_the_same_on_postgresql(county: County) -> None:
    study(county, "B1", 1, 4, 7)
    post(county, "contact.visit", "B2", date(2026, 3, 3), purpose="household")
    round_ = scored(county)
    run = round_.run
    assert run is not None
    (entry,) = OutboxEntry.objects.filter(kind="assessment.result")
    assert entry.document["result_hash"] == run.result_hash
    found = assessment.verify_run(by=county.actor("auditor"), at=LATER, run_id=run.pk, engine="postgresql")
    assert found.same, found
    with pytest.raises(calculating.UnknownEngine):
        assessment.verify_run(by=county.actor("auditor"), at=LATER, run_id=run.pk, engine="abacus")


def test_results_and_snapshots_are_append_only(county: County) -> None:
    round_ = scored(county)
    tables: tuple[Any, ...] = (CompositeScore, NodeScore, RuleHit, Run, Snapshot)
    for table in tables:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            table.objects.all()._raw_delete(using="default")
    assert Run.objects.filter(pk=round_.run_id).exists()


def test_attributes_that_are_no_text_are_compared_as_they_are_written(county: County) -> None:
    from plumbline.assessment.actions import inputs

    assert [inputs._as_text(value) for value in (None, "a", True, False, 3, ["x", "y"])] == [
        None, "a", "true", "false", "3", '["x", "y"]',
    ]  # fmt: skip


def test_a_class_has_a_name_that_fits_and_units_have_a_committee_in_common(county: County) -> None:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=SMALL % 2).version
    given: dict[str, Any] = {"scheme_version_id": version.pk, "title": "T", "from_": YEAR[0], "until": YEAR[1]}
    for name in ("", "x" * 61):
        with pytest.raises(assessment.Refused, match="60 characters"):
            assessment.create_round(by=by, at=FILED, units={county["B1"].pk: name}, **given)
    other = organisation.found_organisation(by=MACHINE, at=FILED, code="X", name="Elsewhere", kind="working_committee")
    with pytest.raises(assessment.Refused, match="no committee in common"):
        assessment.create_round(
            by=MACHINE, at=FILED, units={county["B1"].pk: "branch", other.pk: "working_committee"}, **given
        )


def test_the_same_inputs_frozen_twice_share_one_folder(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    first = assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.reopen(by=by, at=FROZEN, round_id=round_.pk, reason="Nothing changed")
    second = assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assert (first.number, second.number, first.folder) == (1, 2, second.folder)


def test_a_round_frozen_anew_while_it_was_calculated_stores_nothing(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    calculate = calculating.calculate

    def slow(snapshot: Snapshot, **more: Any) -> Any:
        other = Snapshot.objects.create(
            round=round_, number=9, folder=snapshot.folder, manifest=snapshot.manifest, manifest_hash="0" * 64,
            as_of=LATER, frozen_by="tests",
        )  # fmt: skip
        Round.objects.filter(pk=round_.pk).update(snapshot=other)
        return calculate(snapshot, **more)

    monkeypatch.setattr(calculating, "calculate", slow)
    with pytest.raises(assessment.Refused, match="frozen anew"):
        assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    assert not Run.objects.exists()


def test_other_problems_speak_for_themselves() -> None:
    assert assessment.in_words(ValueError("as it is")) == "as it is"
