"""The county of the demonstration: its counts, its sameness, and that it breaks no rule."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from plumbline.assessment import api as assessment
from plumbline.config import demo
from plumbline.config.demo import build, history, inspection
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MACHINE = Actor.system("test")


def plan(locale: str = "en", scale: int = 1, seed: int = 1, at: datetime = AT):
    return build.plan_county(locale=locale, seed=seed, scale=scale, at=at)


@pytest.mark.parametrize("scale", [1, 3])
def test_the_county_has_the_size_of_a_typical_one(scale: int) -> None:
    structure, people = plan(scale=scale)
    kinds = Counter(row["kind"] for row in structure.organisations)
    assert kinds == {
        "working_committee": 1, "committee": 2 * scale, "general_branch": 14 * scale, "branch": 142 * scale,
    }  # fmt: skip
    assert len(structure.departments) == 105 * scale
    assert len(people.members) == 2117 * scale
    assert len({row["klass"] for row in structure.departments}) == 4
    codes = [row["code"] for row in (*structure.organisations, *structure.departments)]
    assert len(set(codes)) == len(codes)
    assert len({row["name"] for row in (*structure.organisations, *structure.departments)}) == len(codes)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_same_seed_gives_the_same_county_and_another_gives_another(locale: str) -> None:
    first, second, other = plan(locale), plan(locale), plan(locale, seed=2)
    assert first == second
    assert first != other
    happened = [history.happenings(1, locale, *found, TODAY) for found in (first, second)]
    assert happened[0] == happened[1]


def test_another_process_draws_the_same_county() -> None:
    program = (
        "import django, hashlib; django.setup()\n"
        "from tests.config.test_demo_county import TODAY, history, plan\n"
        "drawn = plan('zh'); print(hashlib.sha256(repr((drawn, history.happenings(1, 'zh', *drawn, TODAY))).encode())"
        ".hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


@pytest.mark.parametrize("at", [AT, datetime(2026, 1, 2, tzinfo=UTC), datetime(2028, 2, 29, 8, tzinfo=UTC)])
def test_whatever_the_day_nothing_happens_after_it_and_last_year_is_whole(at: datetime) -> None:
    today = at.date()
    structure, people = plan(at=at)
    found = history.happenings(1, "en", structure, people, today)
    assert max(one.on for one in found) <= today
    assert {one.on.year for one in found} <= {today.year - 1, today.year}
    months = {one.on.month for one in found if one.on.year == today.year - 1}
    assert months == set(range(1, 13))
    posted = [(evening, one.on) for evening, month in history.by_month(found, at) for one in month]
    assert all(on <= evening.date() + timedelta(days=1) for evening, on in posted)


def test_units_differ_so_that_scores_spread() -> None:
    structure, people = plan()
    found = history.happenings(1, "en", structure, people, TODAY)
    held = Counter(one.unit for one in found if one.kind == "meeting.held" and one.on.year == 2025)
    branches = [row["code"] for row in structure.branches()]
    assert max(held[code] for code in branches) >= min(held[code] for code in branches) + 10
    assert 60_000 <= len(found) <= 160_000


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_county_is_built_through_the_doors(locale: str) -> None:
    logins = demo.build_county(locale=locale, seed=1, at=AT)
    units = organisation.visible_units(MACHINE)
    assert units.count() == 159 + 105
    assert organisation.visible_members(MACHINE).count() == 2117
    every = ledger.current_facts(None, from_=date(2025, 1, 1), until=date(2027, 1, 1))
    facts = every.exclude(unit__category="term")
    heads = every.filter(unit__category="term").values("unit").distinct().count()
    assert heads > 80  # those who headed a department at the end of the year
    structure, people = plan(locale)
    of_cases = facts.filter(kind__startswith="procedure.")
    assert of_cases.count() > 30
    posted = build.without_kept(history.happenings(1, locale, structure, people, TODAY), structure, people, TODAY)
    ours = facts.filter(source="meeting")  # the meetings of a few branches, held through the actions
    of_slips = facts.filter(kind__startswith="slip.")
    assert of_slips.count() == 6
    of_duties = facts.filter(source="responsibility") | facts.filter(kind="duty.result")
    assert of_duties.count() == 48
    counted = facts.count() - of_cases.count() - of_slips.count() - of_duties.count()
    assert counted == len(posted) + inspection.FINDINGS + ours.count()
    assert ours.filter(kind="meeting.held").count() > 30
    assert {login.role for login in logins} == {
        "administrator", "assessor", "secretary", "organiser", "inspector", "member", "auditor", "superuser",
    }  # fmt: skip
    assert len({login.password for login in logins}) == 8
    for login in logins:
        user = User.objects.get(username=login.username)
        assert user.check_password(login.password)
        actor = organisation.resolve_actor(user, at=AT)
        assert actor.is_superuser if login.role == "superuser" else login.role in actor.roles()
    rounds = assessment.round_list(MACHINE)
    assert sorted(str(row.state) for row in rounds) == ["draft", "draft", *["scored"] * 5]
    with pytest.raises(build.CountyStands):
        demo.build_county(locale=locale, at=AT)
