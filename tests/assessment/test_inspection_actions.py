"""Teams, assignments, conflicts and findings on PostgreSQL: what is kept, what is refused, and in which words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from plumbline.assessment import api as assessment
from plumbline.assessment.models import (
    Assignment,
    ConflictDeclaration,
    Finding,
    FindingAnswer,
    FindingVersion,
    Round,
    Team,
)
from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from tests.assessment.county import FROZEN, LATER, MACHINE, County
from tests.assessment.inspected import (
    AT,
    DAYS,
    account,
    actor,
    belong,
    no_plan,
    photo,
    planned,
    record,
    team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(county: County) -> tuple[County, Round, User, Team]:
    """A round in which Ann's team inspects branch B1."""
    round_, ann = planned(county), account(county, "ann")
    first = team(county, round_, "First", ann)
    assessment.assign(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, unit_ids=[county["B1"].pk], team_id=first.pk
    )
    return county, round_, ann, first


World = tuple[County, Round, User, Team]


def facts() -> list[ledger.Fact]:
    return list(ledger.current_facts(None, kinds=["finding.recorded"]).order_by("pk"))


# --- teams and assignments -------------------------------------------------------------------------------------------


def test_units_are_distributed_evenly_on_working_days_and_the_same_each_time(county: County) -> None:
    boss, round_ = county.actor("administrator"), planned(county)
    for name in ("ann", "bob"):
        team(county, round_, name, account(county, name))
    found = assessment.distribute_units(by=boss, at=AT, round_id=round_.pk)
    assert (found.changed, found.left) == (3, ())
    rows = list(Assignment.objects.order_by("unit__code").values_list("unit__code", "team__name", "from_on"))
    assert rows == [
        ("B1", "ann", date(2026, 12, 1)),
        ("B2", "bob", date(2026, 12, 1)),
        ("B3", "ann", date(2026, 12, 7)),
    ]
    assert assessment.distribute_units(by=boss, at=AT, round_id=round_.pk, anew=True).changed == 0
    assert list(Assignment.objects.order_by("unit__code").values_list("unit__code", "team__name", "from_on")) == rows


def test_the_distribution_sends_nobody_home_and_says_whom_nobody_can_visit(county: County) -> None:
    boss, round_ = county.actor("administrator"), planned(county)
    ann, bob = account(county, "ann"), account(county, "bob")
    belong(county, ann, "B1")
    team(county, round_, "First", ann)
    team(county, round_, "Second", bob)
    for user in (ann, bob):
        assessment.declare_conflict(
            by=boss, at=AT, unit_id=county["B3"].pk, reason="a quarrel in court", user_id=user.pk
        )  # fmt: skip
    found = assessment.distribute_units(by=boss, at=AT, round_id=round_.pk)
    assert found.left == (county["B3"].pk,)
    assert dict(Assignment.objects.values_list("unit__code", "team__name")) == {"B1": "Second", "B2": "First"}


def test_what_was_assigned_by_hand_stays_when_the_rest_is_dealt_anew(world: World) -> None:
    county, round_, _ann, first = world
    boss = county.actor("administrator")
    team(county, round_, "Second", account(county, "bob"))
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B2"].pk], team_id=first.pk)
    assessment.distribute_units(by=boss, at=AT, round_id=round_.pk, anew=True)
    assert dict(Assignment.objects.values_list("unit__code", "team__name")) == {
        "B1": "First", "B2": "First", "B3": "Second",
    }  # fmt: skip
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B2"].pk], team_id=None)
    assert not Assignment.objects.filter(unit=county["B2"].pk).exists()


@pytest.mark.parametrize("tie", ["member", "above", "department", "post", "role", "declared"])
def test_nobody_is_assigned_to_a_unit_that_something_ties_them_to(county: County, tie: str) -> None:
    boss, round_, ann = county.actor("administrator"), planned(county), account(county, "ann")
    unit, words = county["B1"], "is a member there"
    if tie in ("member", "above", "department"):
        belong(county, ann, "B1")
    if tie == "above":
        unit, words = county["W"], "is a member of an organisation within it"
    if tie == "department":
        unit, words = county["D1"], "belongs to the organisation of this department"
        branch = organisation.organisation_for(MACHINE, county["B1"].pk)
        type(branch).objects.filter(pk=branch.pk).update(department_id=unit.pk)
    if tie == "post":
        member = belong(county, ann, "B2")
        post = organisation.create_post(by=MACHINE, at=AT, unit=unit, code="S", title="Secretary")
        organisation.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=date(2026, 2, 1))
        words = "holds the post Secretary there"
    if tie == "role":
        organisation.grant_role(by=MACHINE, at=AT, user=ann, role="secretary", unit=unit)
        words = "has the account of its secretary"
    if tie == "declared":
        assessment.declare_conflict(by=actor(ann), at=AT, unit_id=unit.pk, reason="my wife works there")
        words = "declared a conflict: my wife works there"
    assessment.set_units(by=MACHINE, at=AT, round_id=round_.pk, units={unit.pk: "x"})
    first = team(county, round_, "First", ann)
    with pytest.raises(assessment.Refused) as refusal:
        assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[unit.pk], team_id=first.pk)
    assert refusal.value.message == f"Ann may not inspect {unit.name}: {words}."
    assert refusal.value.field == "team"
    assert not Assignment.objects.exists()


def test_nobody_joins_a_team_that_inspects_their_own_unit(world: World) -> None:
    county, round_, ann, first = world
    bob = account(county, "bob")
    belong(county, bob, "B1")
    with pytest.raises(assessment.Refused, match="Bob may not inspect Branch B1: is a member there"):
        assessment.save_team(
            by=county.actor("administrator"), at=AT, round_id=round_.pk, team_id=first.pk, name="First",
            member_ids=[ann.pk, bob.pk],
        )  # fmt: skip
    assert list(first.members.all()) == [ann]


def test_a_long_list_of_conflicts_is_cut_with_its_number(county: County) -> None:
    boss, round_ = county.actor("administrator"), planned(county)
    ann, bob = account(county, "ann"), account(county, "bob")
    first = team(county, round_, "First", ann, bob)
    for user in (ann, bob):
        for code in ("B1", "B2", "B3"):
            assessment.declare_conflict(by=boss, at=AT, unit_id=county[code].pk, reason="kin", user_id=user.pk)
    units = [county[code].pk for code in ("B1", "B2", "B3")]
    with pytest.raises(assessment.Refused, match="And 1 more"):
        assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=units, team_id=first.pk)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "First"}, "name"),
        ({"member_ids": []}, "members"),
        ({"member_ids": [999_999]}, "members"),
        ({"lead_id": 999_999}, "lead"),
    ],
)
def test_a_team_has_a_name_members_who_are_assessors_and_a_lead_among_them(
    world: World, changed: dict[str, Any], field: str
) -> None:
    county, round_, ann, _first = world
    wanted: dict[str, Any] = {"name": "Second", "member_ids": [ann.pk]}
    with pytest.raises(assessment.Refused) as refusal:
        assessment.save_team(by=county.actor("administrator"), at=AT, round_id=round_.pk, **(wanted | changed))
    assert refusal.value.field == field
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from_on": DAYS[1], "until_on": DAYS[0]}, "until_on"),
        ({"until_on": date(2062, 1, 1)}, "until_on"),
        ({"shown": "never"}, "shown"),
    ],
)
def test_a_plan_has_days_in_order_and_says_when_units_read(county: County, changed: dict[str, Any], field: str) -> None:
    round_ = planned(county)
    wanted: dict[str, Any] = {"from_on": DAYS[0], "until_on": DAYS[1], "shown": "scored"}
    with pytest.raises(assessment.Refused) as refusal:
        assessment.plan_inspection(
            by=county.actor("administrator"), at=AT, round_id=round_.pk, **(wanted | changed)
        )  # fmt: skip
    assert refusal.value.field == field


def test_an_assignment_needs_units_of_the_round_and_days(world: World) -> None:
    county, round_, _ann, first = world
    boss = county.actor("administrator")
    give: dict[str, Any] = {"by": boss, "at": AT, "round_id": round_.pk, "team_id": first.pk}
    for changed in ({"unit_ids": []}, {"unit_ids": [county["D1"].pk]}):
        with pytest.raises(assessment.Refused) as refusal:
            assessment.assign(**(give | changed))
        assert refusal.value.field == "units"
    units = [county["B2"].pk]
    with pytest.raises(assessment.Refused, match="ends before"):
        assessment.assign(**give, unit_ids=units, from_on=DAYS[1], until_on=DAYS[0])
    assessment.assign(**give, unit_ids=units, from_on=DAYS[1])
    kept = Assignment.objects.get(unit=county["B2"].pk)
    assert (kept.from_on, kept.until_on, kept.by_hand) == (DAYS[1], DAYS[1], True)


def test_nothing_is_distributed_before_there_are_days_and_teams(county: County) -> None:
    from tests.assessment.county import routine

    boss, round_ = county.actor("administrator"), routine(county)
    ann = account(county, "ann")
    with pytest.raises(assessment.Refused, match="between which days"):
        assessment.distribute_units(by=boss, at=AT, round_id=round_.pk)
    first = team(county, round_, "First", ann)
    with pytest.raises(assessment.Refused, match="between which days"):
        assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B1"].pk], team_id=first.pk)
    assessment.remove_team(by=boss, at=AT, round_id=round_.pk, team_id=first.pk)
    assessment.plan_inspection(
        by=boss, at=AT, round_id=round_.pk, from_on=DAYS[0], until_on=DAYS[1], shown="at_once"
    )  # fmt: skip
    with pytest.raises(assessment.Refused, match="no team yet"):
        assessment.distribute_units(by=boss, at=AT, round_id=round_.pk)


def test_only_the_administrator_of_the_round_prepares_its_inspection(world: World) -> None:
    county, round_, ann, first = world
    common: dict[str, Any] = {"at": AT, "round_id": round_.pk}
    for by in (actor(ann), county.actor("secretary", "B1"), county.actor("administrator", "B1")):
        with pytest.raises(NotPermitted):
            assessment.save_team(by=by, name="X", member_ids=[ann.pk], **common)
        with pytest.raises(NotPermitted):
            assessment.assign(by=by, unit_ids=[county["B1"].pk], team_id=first.pk, **common)
        with pytest.raises(NotPermitted):
            assessment.distribute_units(by=by, **common)
    with pytest.raises(NotPermitted):
        assessment.save_team(
            by=county.actor("administrator"), at=AT, round_id=0, name="X", member_ids=[ann.pk]
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        assessment.remove_team(by=county.actor("administrator"), at=AT, round_id=round_.pk, team_id=0)


def test_a_frozen_round_is_inspected_no_more(world: World) -> None:
    county, round_, ann, _first = world
    boss = county.actor("administrator")
    receipt = record(ann, round_, county["B1"].pk)
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="The round is frozen"):
        assessment.distribute_units(by=boss, at=LATER, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="The round is frozen"):
        record(ann, round_, county["B1"].pk, at=LATER)
    with pytest.raises(assessment.Refused, match="Ask for a review"):
        assessment.withdraw_finding(by=boss, at=LATER, finding_id=receipt.finding_id, reason="wrong room")
    assert len(facts()) == 1


# --- conflicts -------------------------------------------------------------------------------------------------------


def test_a_transfer_after_the_assignment_warns_and_stops_new_findings_there(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    belong(county, ann, "B1")
    rows = {row.code: row for row in assessment.coverage(county.actor("administrator"), round_.pk, on=DAYS[0]).rows}
    assert rows["B1"].warnings == ("Ann: is a member there",)
    assert rows["B2"].warnings == ()
    with pytest.raises(assessment.Refused, match="Ann may not inspect Branch B1: is a member there"):
        record(ann, round_, county["B1"].pk)
    with pytest.raises(assessment.Refused, match="Ann may not inspect"):
        assessment.correct_finding(
            by=actor(ann), at=AT, finding_id=kept.finding_id, draft=no_plan(note="other"), reason="a slip"
        )
    assert [fact.pk for fact in facts()] == [kept.fact_id]
    assert assessment.visit_list(actor(ann), AT).visits[0].blocked == "is a member there"


def test_a_declaration_holds_until_somebody_else_ends_it(county: County) -> None:
    ann, boss = account(county, "ann"), account(county, "boss", "administrator")
    unit = county["B1"].pk
    made = assessment.declare_conflict(by=actor(ann), at=AT, unit_id=unit, reason="kin")
    again = assessment.declare_conflict(by=actor(ann), at=LATER, unit_id=unit, reason="kin, again")
    assert (again.pk, again.reason) == (made.pk, "kin")
    page = assessment.conflict_page(actor(boss), on=DAYS[0])
    assert [(line.person, line.unit, line.why, line.may_end) for line in page.others] == [
        ("Ann", "Branch B1", "kin", True)
    ]
    assert [line.may_end for line in assessment.conflict_page(actor(ann), on=DAYS[0]).declared] == [False]
    with pytest.raises(NotPermitted):
        assessment.end_conflict(by=actor(ann), at=LATER, declaration_id=made.pk, reason="over")
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.end_conflict(by=actor(boss), at=LATER, declaration_id=made.pk, reason=" ")
    assessment.end_conflict(by=actor(boss), at=LATER, declaration_id=made.pk, reason="divorced")
    with pytest.raises(assessment.Refused, match="ended before"):
        assessment.end_conflict(by=actor(boss), at=LATER, declaration_id=made.pk, reason="divorced")
    assert ConflictDeclaration.objects.get().end_reason == "divorced"
    own = assessment.declare_conflict(by=actor(boss), at=LATER, unit_id=unit, reason="my branch")
    with pytest.raises(assessment.Refused, match="Nobody ends their own"):
        assessment.end_conflict(by=actor(boss), at=LATER, declaration_id=own.pk, reason="over")


def test_people_declare_for_themselves_with_a_reason(county: County) -> None:
    ann, bob = account(county, "ann"), account(county, "bob")
    with pytest.raises(NotPermitted):
        assessment.declare_conflict(by=actor(ann), at=AT, unit_id=county["B1"].pk, reason="kin", user_id=bob.pk)
    with pytest.raises(NotPermitted):
        assessment.declare_conflict(by=county.actor("member", "B1"), at=AT, unit_id=county["B1"].pk, reason="kin")
    with pytest.raises(assessment.Refused, match="what ties you"):
        assessment.declare_conflict(by=actor(ann), at=AT, unit_id=county["B1"].pk, reason=" ")
    with pytest.raises(NotPermitted):
        assessment.end_conflict(by=county.actor("administrator"), at=AT, declaration_id=0, reason="x")


# --- findings --------------------------------------------------------------------------------------------------------


def test_a_finding_is_one_fact_with_its_photo_however_often_it_is_sent(world: World) -> None:
    county, round_, ann, _first = world
    key = uuid4()
    first = record(ann, round_, county["B1"].pk, key=key, files=2)
    again = record(ann, round_, county["B1"].pk, key=key, files=2, at=LATER)
    assert (first.known, again.known) == (False, True)
    assert (again.finding_id, again.fact_id) == (first.finding_id, first.fact_id)
    (fact,) = facts()
    assert (fact.unit_id, fact.occurred_on, fact.quantity) == (county["B1"].pk, date(2026, 12, 3), 1)
    assert fact.attributes == {"criterion": "no_plan", "note": "no plan on file"}
    assert (fact.sender_key, fact.recorded_by) == (str(key), str(ann.pseudonym))
    assert [row.name for row in evidence.describe(fact.evidence)] == ["0.png", "1.png"]
    assert evidence.describe(fact.evidence)[0].scope == f"finding:{first.finding_id}"
    assert [row.action for row in audit.history(f"finding:{first.finding_id}")] == ["assessment.record_finding"]
    assert FindingVersion.objects.count() == 1


def test_the_same_key_with_other_contents_is_refused_and_changes_nothing(world: World) -> None:
    county, round_, ann, _first = world
    key = uuid4()
    record(ann, round_, county["B1"].pk, key=key)
    common: dict[str, Any] = {"at": AT, "key": key, "round_id": round_.pk, "unit_id": county["B1"].pk}
    with pytest.raises(assessment.Refused, match="recorded before with other contents"):
        assessment.record_finding(by=actor(ann), draft=no_plan(note="something else"), **common)
    with pytest.raises(assessment.Refused, match="recorded before with other contents"):
        assessment.record_finding(by=actor(ann), draft=no_plan(), uploads=[photo("other.png", b"words")], **common)
    with pytest.raises(NotPermitted):
        assessment.record_finding(by=actor(account(county, "bob")), draft=no_plan(), **common)
    assert len(facts()) == 1


def test_a_draft_is_kept_for_its_author_changed_and_recorded_once(world: World) -> None:
    county, round_, ann, _first = world
    key, unit = uuid4(), county["B1"].pk
    common: dict[str, Any] = {"by": actor(ann), "at": AT, "key": key, "round_id": round_.pk, "unit_id": unit}
    empty = assessment.FindingDraft("", "", AT)
    draft = assessment.save_draft(**common, draft=empty, uploads=[photo()])
    assessment.save_draft(**common, draft=no_plan(note="half a"))
    assert facts() == []
    with pytest.raises(NotPermitted):
        assessment.finding_view(county.actor("administrator"), draft.pk)
    with pytest.raises(assessment.Refused, match="another unit"):
        assessment.save_draft(**(common | {"unit_id": county["B2"].pk}), draft=empty) if _also(world, "B2") else None
    receipt = assessment.record_finding(**common, draft=no_plan())
    assert receipt.finding_id == draft.pk
    (fact,) = facts()
    assert len(fact.evidence) == 1
    with pytest.raises(assessment.Refused, match="recorded already: correct it"):
        assessment.save_draft(**common, draft=empty)
    with pytest.raises(assessment.Refused, match="recorded already: withdraw it"):
        assessment.drop_draft(by=actor(ann), at=AT, finding_id=draft.pk)


def _also(world: World, code: str) -> bool:
    county, round_, _ann, first = world
    boss = county.actor("administrator")
    return assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county[code].pk], team_id=first.pk) == 1


def test_a_draft_is_thrown_away_by_its_author_alone(world: World) -> None:
    county, round_, ann, _first = world
    draft = assessment.save_draft(
        by=actor(ann), at=AT, key=uuid4(), round_id=round_.pk, unit_id=county["B1"].pk, draft=no_plan()
    )
    with pytest.raises(NotPermitted):
        assessment.drop_draft(by=actor(account(county, "bob")), at=AT, finding_id=draft.pk)
    assessment.drop_draft(by=actor(ann), at=AT, finding_id=draft.pk)
    assert not Finding.objects.exists()


def test_what_is_incomplete_or_not_theirs_is_refused_in_words(world: World) -> None:
    county, round_, ann, _first = world
    common: dict[str, Any] = {"by": actor(ann), "at": AT, "round_id": round_.pk}

    def refused(unit: str, draft: assessment.FindingDraft) -> str:
        with pytest.raises(assessment.Refused) as refusal:
            assessment.record_finding(**common, key=uuid4(), unit_id=county[unit].pk, draft=draft)
        return refusal.value.message

    early = datetime(2025, 12, 31, 2, tzinfo=UTC)
    assert "not assigned to your team" in refused("B2", no_plan())
    assert "not assessed in the round" in refused("D1", no_plan())
    assert "Choose what you found" in refused("B1", assessment.FindingDraft("1.1", "thin", AT))
    assert "Choose the indicator" in refused("B1", assessment.FindingDraft("9", "thin", AT))
    assert "before the period" in refused("B1", no_plan(early))
    assert "lies in the future" in refused("B1", no_plan(AT + timedelta(days=3)))
    assessment.exempt(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, unit_id=county["B1"].pk, node="1.1", reason="new"
    )
    assert "does not apply" in refused("B1", no_plan())
    for by in (county.actor("secretary", "B1"), county.actor("administrator")):
        with pytest.raises(NotPermitted):
            assessment.record_finding(
                **(common | {"by": by}), key=uuid4(), unit_id=county["B1"].pk, draft=no_plan()
            )  # fmt: skip
    assert facts() == []
    assert not Finding.objects.exists()


def test_too_many_files_and_damaged_ones_leave_nothing(world: World) -> None:
    county, round_, ann, _first = world
    with pytest.raises(assessment.Refused, match="At most 12 files"):
        record(ann, round_, county["B1"].pk, files=13)
    with pytest.raises(evidence.EvidenceRefused):
        assessment.record_finding(
            by=actor(ann), at=AT, key=uuid4(), round_id=round_.pk, unit_id=county["B1"].pk, draft=no_plan(),
            uploads=[photo("empty.png", b"")],
        )  # fmt: skip
    assert not Finding.objects.exists()
    assert facts() == []


def test_what_was_seen_after_the_period_counts_on_its_last_day(county: County) -> None:
    round_, ann = planned(county), account(county, "ann")
    boss = county.actor("administrator")
    first = team(county, round_, "First", ann)
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B1"].pk], team_id=first.pk)
    seen = datetime(2027, 1, 8, 2, tzinfo=UTC)
    assessment.record_finding(
        by=actor(ann, seen), at=seen, key=uuid4(), round_id=round_.pk, unit_id=county["B1"].pk, draft=no_plan(seen)
    )
    assert facts()[0].occurred_on == date(2026, 12, 31)
    assert Finding.objects.get().seen_at == seen


def test_a_correction_supersedes_the_fact_and_keeps_every_wording(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk, files=2)
    (old,) = facts()
    vague = assessment.FindingDraft("1.1", "vague_measures", AT, note="there is one, but vague")
    finding = assessment.correct_finding(
        by=actor(ann), at=LATER, finding_id=kept.finding_id, draft=vague, reason="the plan was found",
        uploads=[photo("plan.png", b"a photo in words")], dropped=[old.evidence[0]],
    )  # fmt: skip
    (new,) = facts()
    assert (new.supersedes_id, new.reason) == (old.pk, "the plan was found")
    assert new.attributes == {"criterion": "vague_measures", "note": "there is one, but vague"}
    assert len(new.evidence) == 2
    assert old.evidence[0] not in new.evidence
    view = assessment.finding_view(county.actor("administrator"), finding.pk)
    assert [line.version.criterion for line in view.versions] == ["no_plan", "vague_measures"]
    assert view.found == "vague measures"
    assert view.fact_id == new.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        FindingVersion.objects.update(note="never said")


def test_a_correction_of_the_place_alone_leaves_the_fact_as_it_is(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    given: dict[str, Any] = {"by": actor(ann), "at": LATER, "finding_id": kept.finding_id, "reason": "a slip"}
    with pytest.raises(assessment.Refused, match="Nothing is different"):
        assessment.correct_finding(**given, draft=no_plan())
    moved = assessment.FindingDraft("1.1", "no_plan", AT, note="no plan on file", place="archive")
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.correct_finding(**(given | {"reason": " "}), draft=moved)
    assessment.correct_finding(**given, draft=moved)
    assert [fact.pk for fact in facts()] == [kept.fact_id]
    assert list(FindingVersion.objects.order_by("number").values_list("place", flat=True)) == [
        "meeting room",
        "archive",
    ]


def test_a_correction_follows_one_that_was_made_in_the_ledger(world: World) -> None:
    county, round_, ann, _first = world
    boss = county.actor("administrator")
    kept = record(ann, round_, county["B1"].pk)
    ledger.correct(by=boss, at=LATER, fact_id=kept.fact_id, reason="twice", quantity=2)
    assessment.withdraw_finding(by=actor(ann), at=LATER, finding_id=kept.finding_id, reason="the wrong branch")
    assert facts() == []
    with pytest.raises(assessment.Refused, match="was withdrawn"):
        assessment.withdraw_finding(by=actor(ann), at=LATER, finding_id=kept.finding_id, reason="again")
    again = record(ann, round_, county["B1"].pk)
    ledger.withdraw(by=boss, at=LATER, fact_id=again.fact_id, reason="no")
    with pytest.raises(assessment.Refused, match="already corrected or withdrawn"):
        assessment.withdraw_finding(by=actor(ann), at=LATER, finding_id=again.finding_id, reason="again")


def test_the_author_the_lead_and_the_administrator_correct_nobody_else(world: World) -> None:
    county, round_, ann, first = world
    bob, cid = account(county, "bob"), account(county, "cid")
    boss = county.actor("administrator")
    assessment.save_team(
        by=boss, at=AT, round_id=round_.pk, team_id=first.pk, name="First", member_ids=[ann.pk, bob.pk, cid.pk],
        lead_id=cid.pk,
    )  # fmt: skip
    kept = record(ann, round_, county["B1"].pk)
    for by in (actor(bob), county.actor("secretary", "B1"), county.actor("auditor")):
        with pytest.raises(NotPermitted):
            assessment.correct_finding(
                by=by, at=AT, finding_id=kept.finding_id, draft=no_plan(note="x"), reason="y"
            )  # fmt: skip
    for number, by in enumerate((actor(ann), actor(cid), boss)):
        assessment.correct_finding(
            by=by, at=AT, finding_id=kept.finding_id, draft=no_plan(note=f"note {number}"), reason="better words"
        )
    assert Finding.objects.get().versions.count() == 4
    with pytest.raises(NotPermitted):
        assessment.withdraw_finding(by=boss, at=AT, finding_id=0, reason="x")


def test_the_unit_reads_and_answers_what_is_shown_to_it(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    secretary, stranger = county.actor("secretary", "B1"), county.actor("secretary", "B2")
    assert assessment.finding_view(secretary, kept.finding_id).may_answer
    assessment.answer_finding(
        by=secretary, at=LATER, finding_id=kept.finding_id, words="It hangs on the wall.", uploads=[photo()]
    )
    view = assessment.finding_view(county.actor("member", "B1"), kept.finding_id)
    assert [(line.answer.words, len(line.files)) for line in view.answers] == [("It hangs on the wall.", 1)]
    assert evidence.may_read(secretary, f"finding:{kept.finding_id}")
    for by in (stranger, county.actor("member", "B1"), county.actor("administrator")):
        with pytest.raises(NotPermitted):
            assessment.answer_finding(by=by, at=LATER, finding_id=kept.finding_id, words="x")
    with pytest.raises(NotPermitted):
        assessment.finding_view(stranger, kept.finding_id)
    assert not evidence.may_read(stranger, f"finding:{kept.finding_id}")
    with pytest.raises(assessment.Refused, match="in words"):
        assessment.answer_finding(by=secretary, at=LATER, finding_id=kept.finding_id, words=" ")
    with pytest.raises(NotPermitted):
        assessment.answer_finding(by=secretary, at=LATER, finding_id=0, words="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        FindingAnswer.objects.all().delete()


@pytest.mark.parametrize("shown", ["scored", "public"])
def test_a_round_that_shows_later_keeps_words_and_photos_back_until_then(county: County, shown: str) -> None:
    round_, ann, boss = planned(county, shown=shown), account(county, "ann"), county.actor("administrator")
    first = team(county, round_, "First", ann)
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B1"].pk], team_id=first.pk)
    kept = record(ann, round_, county["B1"].pk)
    secretary = county.actor("secretary", "B1")
    assert facts()[0].attributes == {"criterion": "no_plan"}
    assert not evidence.may_read(secretary, f"finding:{kept.finding_id}")
    with pytest.raises(NotPermitted):
        assessment.finding_view(secretary, kept.finding_id)
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    if shown == "public":
        with pytest.raises(NotPermitted):
            assessment.finding_view(secretary, kept.finding_id)
        Round.objects.filter(pk=round_.pk).update(state="public")
    assert assessment.finding_view(secretary, kept.finding_id).finding.note == "no plan on file"
    Round.objects.filter(pk=round_.pk).update(state="final")
    with pytest.raises(assessment.Refused, match="final"):
        assessment.answer_finding(by=secretary, at=LATER, finding_id=kept.finding_id, words="too late")


def test_an_inspection_is_done_once_and_may_be_opened_again(world: World) -> None:
    county, round_, ann, _first = world
    boss, unit = county.actor("administrator"), county["B1"].pk

    def state() -> str:
        rows = assessment.coverage(boss, round_.pk, on=DAYS[0]).rows
        return next(row.state for row in rows if row.unit_id == unit)

    assert state() == "waiting"
    record(ann, round_, unit)
    assert state() == "begun"
    assessment.finish_inspection(by=actor(ann), at=AT, round_id=round_.pk, unit_id=unit)
    assessment.finish_inspection(by=actor(ann), at=LATER, round_id=round_.pk, unit_id=unit)
    assert state() == "done"
    assert Assignment.objects.get().done_at == AT
    assessment.finish_inspection(by=actor(ann), at=LATER, round_id=round_.pk, unit_id=unit, done=False)
    assert state() == "begun"
    with pytest.raises(assessment.Refused, match="not assigned"):
        assessment.finish_inspection(by=actor(ann), at=LATER, round_id=round_.pk, unit_id=county["B2"].pk)
    with pytest.raises(NotPermitted):
        assessment.finish_inspection(by=actor(ann), at=LATER, round_id=0, unit_id=unit)


TIERS = """
code: tiers
title: Tiers
tree:
  - code: A
    name: Venue
    points: 5
    rules:
      - {type: tier, source: {kind: finding.recorded, where: {criterion: venue}}, levels: {good: 5, poor: 0}}
"""


def test_the_level_that_was_chosen_stands_in_the_fact_and_is_scored(county: County) -> None:
    boss, ann, unit = county.actor("administrator"), account(county, "ann"), county["B1"].pk
    version = assessment.import_scheme(by=boss, at=AT, text=TIERS).version
    round_ = assessment.create_round(
        by=boss, at=AT, scheme_version_id=version.pk, title="Venues", from_=date(2026, 1, 1),
        until=date(2026, 12, 31), units={unit: "branch"}, committee_id=county["W"].pk,
    )  # fmt: skip
    first = team(county, round_, "First", ann)
    assessment.assign(
        by=boss, at=AT, round_id=round_.pk, unit_ids=[unit], team_id=first.pk, from_on=DAYS[0], until_on=DAYS[1]
    )
    draft = assessment.FindingDraft("A", "venue", AT, detail="good")
    assessment.record_finding(by=actor(ann), at=AT, key=uuid4(), round_id=round_.pk, unit_id=unit, draft=draft)
    assert facts()[0].attributes == {"criterion": "venue", "level": "good"}
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    found = assessment.explain(boss, round_id=round_.pk, unit_id=unit)
    assert found.score == 5_000_000


def test_a_unit_that_is_closed_by_then_is_refused_in_the_ledgers_words(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    type(county["B1"]).objects.filter(pk=county["B1"].pk).update(closed_on=date(2026, 12, 2))
    with pytest.raises(assessment.Refused, match="was already closed"):
        record(ann, round_, county["B1"].pk)
    with pytest.raises(assessment.Refused, match="was already closed"):
        assessment.correct_finding(
            by=actor(ann), at=LATER, finding_id=kept.finding_id, draft=no_plan(note="other"), reason="a slip"
        )
    assert len(facts()) == 1


def test_a_freeze_that_comes_between_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    seen: list[int] = []

    def open_at_first(found: Round) -> bool:
        seen.append(found.pk)
        return len(seen) % 2 == 1

    monkeypatch.setattr("plumbline.assessment.queries.teams.is_open", open_at_first)
    with pytest.raises(assessment.Refused, match="The round is frozen"):
        record(ann, round_, county["B1"].pk)
    with pytest.raises(assessment.Refused, match="The round is frozen"):
        assessment.withdraw_finding(by=actor(ann), at=LATER, finding_id=kept.finding_id, reason="the wrong room")
    assert [fact.pk for fact in facts()] == [kept.fact_id]


def test_a_correction_of_what_the_ledger_withdrew_is_refused(world: World) -> None:
    county, round_, ann, _first = world
    kept = record(ann, round_, county["B1"].pk)
    ledger.withdraw(by=county.actor("administrator"), at=LATER, fact_id=kept.fact_id, reason="no")
    with pytest.raises(assessment.Refused, match="already corrected or withdrawn"):
        assessment.correct_finding(
            by=actor(ann), at=LATER, finding_id=kept.finding_id, draft=no_plan(note="other"), reason="a slip"
        )


def test_a_joint_branch_ties_its_members_to_all_its_departments(county: County) -> None:
    ann = account(county, "ann")
    belong(county, ann, "B1")
    branch = organisation.organisation_for(MACHINE, county["B1"].pk)
    branch.joint_departments.add(county["D1"].pk)
    (tie,) = [tie for tie in organisation.ties_of([ann.pk], on=DAYS[0]) if tie.unit_id == county["D1"].pk]
    assert tie.kind == "department"


def test_what_does_not_apply_and_what_a_class_is_no_more_is_told_on_the_list(world: World) -> None:
    county, round_, ann, first = world
    boss = county.actor("administrator")
    assessment.exempt(by=boss, at=AT, round_id=round_.pk, unit_id=county["B1"].pk, node="1.1", reason="new")
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B2"].pk], team_id=first.pk)
    assessment.set_units(by=boss, at=AT, round_id=round_.pk, units={county["B1"].pk: "branch"})
    (visit,) = assessment.visit_list(actor(ann), AT).visits
    assert (visit.code, visit.exempt) == ("B1", ("1.1",))
    assert assessment.visit_list(actor(account(county, "bob")), AT).visits == ()


def test_a_late_visit_and_a_unit_without_a_team_are_told_apart(world: World) -> None:
    county, round_, _ann, _first = world
    rows = assessment.coverage(county.actor("auditor"), round_.pk, on=date(2026, 12, 20)).rows
    assert {row.code: row.state for row in rows} == {"B1": "late", "B2": "none", "B3": "none"}
    with pytest.raises(NotPermitted):
        assessment.coverage(county.actor("secretary", "B1"), round_.pk, on=DAYS[0])
    for call in (assessment.round_to_prepare, lambda by, pk: assessment.team_for(by, pk, 0)):
        with pytest.raises(NotPermitted):
            call(county.actor("assessor"), round_.pk)
    with pytest.raises(NotPermitted):
        assessment.team_for(county.actor("administrator"), round_.pk, 0)


def test_the_key_of_anothers_draft_is_not_theirs_to_use(world: World) -> None:
    county, round_, ann, first = world
    bob, key = account(county, "bob"), uuid4()
    assessment.save_team(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, team_id=first.pk, name="First",
        member_ids=[ann.pk, bob.pk],
    )  # fmt: skip
    given: dict[str, Any] = {
        "at": AT,
        "key": key,
        "round_id": round_.pk,
        "unit_id": county["B1"].pk,
        "draft": no_plan(),
    }
    assessment.save_draft(by=actor(ann), **given)
    for act in (assessment.save_draft, assessment.record_finding):
        with pytest.raises(NotPermitted):
            act(by=actor(bob), **given)
    assert facts() == []
