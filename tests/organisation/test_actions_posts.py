"""Posts, duties, terms and roles; the trigger that keeps terms within the seats."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from plumbline.kernel.models import Message
from plumbline.organisation import api
from plumbline.organisation.actions import post as post_actions
from plumbline.organisation.actions.bookkeeping import deferred_checks
from plumbline.organisation.models import Appointment, Post, RoleGrant
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(county: County) -> Post:
    return api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="Secretary")


def hold(
    post: Post, member: object, start: tuple[int, int, int], end: tuple[int, int, int] | None = None
) -> Appointment:
    ends_on = date(*end) if end else None
    return api.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=date(*start), ends_on=ends_on)


def test_posts_are_created_changed_and_removed(county: County, secretary: Post) -> None:
    with pytest.raises(api.Refused, match="already has a post"):
        api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="X")
    for seats in (0, 100):
        with pytest.raises(api.Refused, match="between 1 and 99"):
            api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="T", title="X", seats=seats)
    api.change_post(by=MACHINE, at=AT, post=secretary, title="书记", seats=2)
    assert (secretary.title, secretary.seats) == ("书记", 2)
    api.change_post(by=MACHINE, at=AT, post=secretary, title="书记", seats=2)
    hold(secretary, county.enrol("B1", "M1"), (2025, 1, 1))
    hold(secretary, county.enrol("B1", "M2"), (2025, 6, 1))
    with pytest.raises(api.Refused, match="2 members hold or held"):
        api.change_post(by=MACHINE, at=AT, post=secretary, title="书记", seats=1)
    with pytest.raises(api.Refused, match="holds or held this post"):
        api.remove_post(by=MACHINE, at=AT, post=secretary)
    empty = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="T", title="X")
    api.remove_post(by=MACHINE, at=AT, post=empty)
    assert county["B1"].posts.count() == 1


def test_duties_stand_side_by_side(county: County, secretary: Post) -> None:
    api.change_duties(by=MACHINE, at=AT, post=secretary, duties={"business": ["a", " ", "b "], "organisation": ["c"]})
    assert api.duties_of(secretary) == {"business": ["a", "b"], "organisation": ["c"]}
    card = api.posts_of(county["B1"], on=TODAY)[0]
    assert (card.business, card.organisation, card.vacant) == (("a", "b"), ("c",), 1)
    api.change_duties(by=MACHINE, at=AT, post=secretary, duties={"business": ["a", "b"], "organisation": ["c"]})
    with pytest.raises(api.Refused, match="Line 2 is too long") as refused:
        api.change_duties(by=MACHINE, at=AT, post=secretary, duties={"organisation": ["c", "x" * 501]})
    assert refused.value.field == "organisation"


def test_a_seat_has_one_holder_at_a_time(county: County, secretary: Post) -> None:
    first, second = county.enrol("B1", "M1"), county.enrol("B1", "M2")
    hold(secretary, first, (2023, 5, 1), (2026, 5, 1))
    with pytest.raises(api.Refused, match="all 1 seats"):
        hold(secretary, second, (2026, 4, 30))
    with pytest.raises(api.Refused, match="already holds"):
        hold(secretary, first, (2025, 4, 30))
    with pytest.raises(api.Refused, match="all 1 seats"):
        hold(secretary, second, (2020, 1, 1))
    hold(secretary, second, (2026, 5, 1))
    with pytest.raises(api.Refused, match="ends before it begins"):
        hold(secretary, first, (2019, 1, 1), (2019, 1, 1))


def test_who_left_is_not_appointed_and_closed_units_appoint_nobody(county: County, secretary: Post) -> None:
    gone = county.enrol("B1", "M1")
    api.change_status(by=MACHINE, at=AT, member=gone, status="left", on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="has left"):
        hold(secretary, gone, (2026, 3, 1))
    api.close_unit(by=MACHINE, at=AT, unit=county["B1"], on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="was closed"):
        hold(secretary, county.enrol("B2", "M2"), (2026, 3, 2))


def test_the_database_itself_keeps_terms_within_the_seats(county: County, secretary: Post) -> None:
    first, second = county.enrol("B1", "M1"), county.enrol("B1", "M2")
    hold(secretary, first, (2023, 5, 1), (2026, 5, 1))
    make = Appointment.objects.create
    with pytest.raises(IntegrityError, match="more terms than seats"), transaction.atomic():
        make(post=secretary, member=second, starts_on=date(2024, 1, 1))
    with pytest.raises(IntegrityError, match="already holds"), transaction.atomic():
        make(post=secretary, member=first, starts_on=date(2024, 1, 1))
    with pytest.raises(IntegrityError, match="more terms than seats"), transaction.atomic():
        make(post=secretary, member=second, starts_on=date(2020, 1, 1), ends_on=date(2024, 1, 1))
    Post.objects.filter(pk=secretary.pk).update(seats=2)
    make(post=secretary, member=second, starts_on=date(2024, 1, 1))
    with pytest.raises(IntegrityError, match="more terms than seats on 2024-01-01"), transaction.atomic():
        make(post=secretary, member=county.enrol("B1", "M3"), starts_on=date(2020, 1, 1))


def test_an_import_may_pass_through_states_that_it_mends(county: County, secretary: Post) -> None:
    first, second = county.enrol("B1", "M1"), county.enrol("B1", "M2")
    old = hold(secretary, first, (2023, 5, 1))
    with deferred_checks():
        Appointment.objects.create(post=secretary, member=second, starts_on=date(2026, 1, 1))
        Appointment.objects.filter(pk=old.pk).update(ends_on=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), deferred_checks():
        Appointment.objects.create(post=secretary, member=first, starts_on=date(2026, 2, 1))


def test_what_slips_past_the_rule_is_told_in_words(county: County, secretary: Post, monkeypatch) -> None:
    first, second = county.enrol("B1", "M1"), county.enrol("B1", "M2")
    hold(secretary, first, (2023, 5, 1))
    monkeypatch.setattr(post_actions, "check_term", lambda *_: None)
    with pytest.raises(api.Refused, match="just filled this post"):
        hold(secretary, second, (2024, 1, 1))


def test_a_term_ends_early_with_a_reason(county: County, secretary: Post) -> None:
    term = hold(secretary, county.enrol("B1", "M1"), (2023, 5, 1), (2026, 5, 1))
    end = {"by": MACHINE, "at": AT, "appointment": term}
    for on in (date(2023, 5, 1), date(2026, 5, 2)):
        with pytest.raises(api.Refused, match="within the term"):
            api.end_appointment(on=on, reason="x", **end)
    with pytest.raises(api.Refused, match="why the term ends early"):
        api.end_appointment(on=TODAY, reason=" ", **end)
    api.end_appointment(on=TODAY, reason="moved", **end)
    card = api.posts_of(county["B1"], on=TODAY)[0]
    assert (card.holders, card.past[0].end_reason) == ((), "moved")


def test_terms_that_run_out_are_told(county: County, secretary: Post) -> None:
    for number in range(3):
        county.enrol("B1", f"M{number}")
    hold(secretary, county.enrol("B1", "M9"), (2023, 4, 1))
    found = api.structure_warnings(MACHINE, on=TODAY)[county["B1"].pk]
    assert [w.code for w in found] == ["term_ending"], "three years by default, and nothing else is wrong"
    card = api.posts_of(county["B1"], on=TODAY, term_years=3)[0]
    assert (card.holders[0].runs_out_on, card.holders[0].light) == (date(2026, 4, 1), "ending")
    todos = list(api.structure_todos(county.actor("secretary", "B1"), AT))
    assert [(todo.due_on, todo.urgent) for todo in todos] == [(date(2026, 4, 1), False)]
    assert not list(api.structure_todos(county.actor("member", "B1"), AT))
    todos = list(api.structure_todos(county.actor("secretary", "B2"), AT))
    assert [(todo.due_on, todo.urgent) for todo in todos] == [(None, True)], "a branch without members has no day"


def test_roles_are_granted_renewed_and_revoked(county: County) -> None:
    user = county.account("ben")
    give = {"by": MACHINE, "at": AT, "user": user, "unit": county["B1"]}
    grant = api.grant_role(role="secretary", ends_on=date(2026, 12, 31), **give)
    assert (grant.starts_on, grant.ends_on) == (TODAY, date(2026, 12, 31))
    assert Message.objects.filter(recipient=user).count() == 1
    with pytest.raises(api.Refused, match="already has this role"):
        api.grant_role(role="secretary", **give)
    with pytest.raises(api.Refused, match="no role called"):
        api.grant_role(role="king", **give)
    with pytest.raises(api.Refused, match="after the first"):
        api.grant_role(role="auditor", ends_on=TODAY, **give)
    RoleGrant.objects.filter(pk=grant.pk).update(starts_on=date(2025, 1, 1))
    api.revoke_role(by=MACHINE, at=AT, grant=grant)
    assert "secretary" not in api.resolve_actor(user, at=AT).roles()
    with pytest.raises(api.Refused, match="already ended"):
        api.revoke_role(by=MACHINE, at=AT, grant=grant)
    again = api.grant_role(role="secretary", **give)
    assert again.pk == grant.pk
    api.revoke_role(by=MACHINE, at=AT, grant=again)
    assert not RoleGrant.objects.filter(user=user).exists(), "granted and revoked on one day: it never held"


def test_the_last_administrator_stays(county: County) -> None:
    first = county.account("ada", "administrator")
    actor = api.resolve_actor(first, at=AT)
    grant = RoleGrant.objects.get(user=first)
    with pytest.raises(api.Refused, match="last administrator"):
        api.revoke_role(by=actor, at=AT, grant=grant)
    county.account("bea", "administrator")
    api.revoke_role(by=actor, at=AT, grant=grant)


def test_voting_rules_of_the_installation(county: County) -> None:
    share = api.Share(1, 2, True)
    rule = api.VotingRule("branch_meeting", TODAY, api.Share(2, 3, False), share, api.Of.PRESENT, True, "本县规定")
    api.add_voting_rule(by=MACHINE, at=AT, rule=rule)
    assert api.voting_rule("branch_meeting", on=TODAY) == rule
    assert api.voting_rule("branch_meeting", on=date(2026, 3, 1)).quorum == api.Share(1, 2, False)
    for wrong, words in (
        (rule, "already has a version"),
        (api.VotingRule("lunch", TODAY, share, share, api.Of.PRESENT, False, "x"), "no such matter"),
        (api.VotingRule("election", TODAY, share, share, api.Of.PRESENT, False, " "), "Name the document"),
    ):
        with pytest.raises(api.Refused, match=words):
            api.add_voting_rule(by=MACHINE, at=AT, rule=wrong)
