"""The board of lights: SQL, tally and the plain function say the same; who sees what; what changed; the trend."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, F, Q

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation import api
from plumbline.obligation.models import Obligation, Tally
from plumbline.obligation.queries import board as board_
from plumbline.obligation.queries.lights import Lamp, colour_of_rows, colour_of_tally, due_of, may_have_changed
from plumbline.obligation.rules.light_variants import SHIPPED
from plumbline.obligation.rules.lights import COLOURS, Colour, LightRule, light_of
from plumbline.obligation.rules.spans import kind_of

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CALENDAR = WorkingCalendar.of([(date(2026, 10, day), False) for day in range(1, 9)])
CODES = ("", "2026", "2026-H2", "2026-Q4", "2026-11", "term-7")
RULES = [*SHIPPED, SHIPPED[1].model_copy(update={"incomplete_counts": True, "late_keeps": Colour.YELLOW})]


def rows(units: list[Any], count: int, seed: int = 1) -> list[Obligation]:
    """Store obligations of all kinds around the day, drawn with a seed."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        due = ON + timedelta(days=draw.randint(-90, 30))
        done = draw.choice([None, due + timedelta(days=draw.randint(-20, 30))])
        waived = draw.random() < 0.1
        made.append(
            Obligation(
                key=f"test:{seed}:{number}", unit=draw.choice(units), area=draw.choice(["obligation", "responsibility"]),
                period=draw.choice(CODES), title=f"work {number}", starts_on=due - timedelta(days=40),
                warn_on=due - timedelta(days=draw.randint(0, 9)), due_on=due, grace_on=due + timedelta(days=draw.randint(0, 9)),
                met_on=None if done is None or done > ON else done, complete=draw.random() < 0.8,
                waived_at=AT if waived else None, waived_reason="x" if waived else "",
            )
        )  # fmt: skip
    return Obligation.objects.bulk_create(made)


def plain(row: Obligation, rule: LightRule, on: date = ON) -> int:
    return COLOURS.index(light_of(due_of(row), rule, on, CALENDAR).colour)


@pytest.fixture
def units(county: Any) -> list[Any]:
    return list(board_.organisation.visible_units(Actor.system("test")).order_by("pk"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_database_and_the_plain_function_say_the_same(units: list[Any], rule: LightRule) -> None:
    rows(units, 300)
    using = Lamp(rule, CALENDAR)
    for days in (0, 1, 40, 120):
        on = ON - timedelta(days=days)
        found: Any = Obligation.objects.annotate(colour=colour_of_rows(on, using))
        assert all(row.colour == plain(row, rule, on) for row in found)
    tallied: Any = Tally.objects.annotate(colour=colour_of_tally(ON, using))
    counts: dict[int, int] = {}
    for row in tallied:
        counts[row.colour] = counts.get(row.colour, 0) + row.number
    assert {colour: number for colour, number in counts.items() if number} == {
        colour: sum(plain(row, rule) == colour for row in Obligation.objects.all())
        for colour in {plain(row, rule) for row in Obligation.objects.all()}
    }


@pytest.mark.parametrize("rule", RULES[:3], ids=lambda rule: rule.code)
def test_nothing_that_changed_is_left_out_by_the_cheap_condition(units: list[Any], rule: LightRule) -> None:
    rows(units, 400, seed=2)
    using = Lamp(rule, CALENDAR)
    for on in (ON, date(2026, 10, 1), date(2026, 10, 9), date(2026, 9, 18)):
        lit: Any = Obligation.objects.annotate(
            now=colour_of_rows(on, using), before=colour_of_rows(on - timedelta(days=1), using)
        ).exclude(now=F("before"))
        assert lit.exclude(may_have_changed(on, using) | Q(met_on=on)).count() == 0
        assert lit.filter(may_have_changed(on, using) | Q(met_on=on)).count() == lit.count()


def keyed(count: str) -> dict[Any, int]:
    """Return the tally as it must be, counted from the obligations."""
    found: dict[Any, int] = {}
    for row in Obligation.objects.all():
        late = row.met_on is not None and row.met_on > row.grace_on
        state = 5 if row.waived_at else 0 if row.met_on is None else (1 if row.complete else 3) + late
        key = (row.unit_id, row.area, kind_of(row.period), row.starts_on, row.warn_on, row.due_on, row.grace_on, state)
        found[key] = found.get(key, 0) + 1
    return found


def test_the_tally_follows_every_change(units: list[Any]) -> None:
    rows(units, 60, seed=3)

    def held() -> None:
        names = ("unit_id", "area", "period", "starts_on", "warn_on", "due_on", "grace_on", "state", "number")
        found = {tuple(row[:-1]): row[-1] for row in Tally.objects.exclude(number=0).values_list(*names)}
        assert found == keyed("")

    held()
    Obligation.objects.filter(pk__in=Obligation.objects.values("pk")[:20]).update(met_on=ON, complete=True)
    held()
    Obligation.objects.filter(met_on=None).update(due_on=F("due_on"), title="moved")
    held()
    Obligation.objects.filter(pk__in=list(Obligation.objects.values_list("pk", flat=True)[:15])).delete()
    held()
    rows(units, 5, seed=4)
    held()
    Obligation.objects.filter(pk__lt=0).delete()
    held()


def test_the_board_counts_by_organisation_rhythm_and_district(units: list[Any]) -> None:
    made = rows(units, 200, seed=5)
    actor = Actor.system("test")
    found = api.board(actor, api.Ask(2026, rows="unit"), today=ON)
    assert found.whole.total == sum(row.due_on.year == 2026 for row in made)
    for row in found.rows:
        mine = [one for one in made if one.unit_id == row.id]
        assert row.year.total == len(mine)
        for month, cell in enumerate(row.cells, start=1):
            here = [plain(one, SHIPPED[0]) for one in mine if one.due_on.month == month]
            assert cell.total == len(here)
            assert COLOURS.index(cell.colour) == max(here, default=0)
            assert cell.shown == here.count(max(here, default=0))
    districts = api.board(actor, api.Ask(2026, rows="district"), today=ON)
    assert districts.whole.counts == found.whole.counts
    assert sum(row.year.total for row in districts.rows) == found.whole.total
    by_rhythm = api.board(actor, api.Ask(2026, rows="rhythm"), today=ON)
    assert [(row.title, row.year.total) for row in by_rhythm.rows] == [("owed once", found.whole.total)]
    reds = api.board(actor, api.Ask(2026, rows="unit", colour="red"), today=ON)
    assert reds.whole.total == found.whole.counts[Colour.RED]
    duties = api.board(actor, api.Ask(2026, rows="unit", area="responsibility"), today=ON)
    assert duties.whole.total == sum(row.area == "responsibility" for row in made)


def test_an_earlier_day_shows_what_held_then(units: list[Any]) -> None:
    rows(units, 150, seed=6)
    before = ON - timedelta(days=30)
    found = api.board(Actor.system("test"), api.Ask(2026, rows="unit"), today=ON, on=before)
    calendar = api.lamp().calendar
    for row in found.rows:
        mine = Obligation.objects.filter(unit_id=row.id)
        expected = [light_of(due_of(one), SHIPPED[0], before, calendar).colour for one in mine]
        assert {one: expected.count(one) for one in set(expected)} == {
            one: n for one, n in row.year.counts.items() if n
        }


def test_what_changed_since_yesterday_is_listed_gravest_first(units: list[Any]) -> None:
    unit = units[-1]
    for key, due in (
        ("late", ON - timedelta(days=1)),
        ("soon", ON + timedelta(days=7)),
        ("far", ON + timedelta(days=60)),
    ):
        api.owe(
            by=Actor.system("test"), at=AT, key=key, area="responsibility", unit=unit, title=key, due_on=due,
            starts_on=date(2026, 1, 1),
        )  # fmt: skip
    found = api.board(Actor.system("test"), api.Ask(2026), today=ON)
    assert [(one.obligation.title, one.before, one.after) for one in found.changes] == [
        ("late", Colour.YELLOW, Colour.RED),
        ("soon", Colour.GREEN, Colour.YELLOW),
    ]
    assert found.changes[0].words == "late since 23 Nov 2026"


def test_each_sees_what_lies_below_and_nobody_more(county: Any, units: list[Any]) -> None:
    rows(units, 100, seed=7)
    branch = next(unit for unit in units if unit.path.count("/") > 3)
    own = county.actor("secretary", branch.code)
    found = api.board(own, api.Ask(2026, rows="unit"), today=ON)
    assert {row.id for row in found.rows} == {unit.pk for unit in units if unit.path.startswith(branch.path)}
    with pytest.raises(NotPermitted):
        api.board(own, api.Ask(2026, under=units[0].pk), today=ON)
    for stranger in (Actor(pseudonym="p", user_id=1), county.actor("member", branch.code)):
        assert not api.can_read_board(stranger)
        for ask in (api.board, api.listing, api.trend):
            with pytest.raises(NotPermitted):
                ask(stranger, api.Ask(2026), today=ON)


def test_a_field_leads_to_what_stands_behind_it(units: list[Any]) -> None:
    made = rows(units, 120, seed=8)
    unit = made[0].unit
    found = api.listing(Actor.system("test"), api.Ask(2026, month=made[0].due_on.month), today=ON, unit=unit.pk)
    behind = [one for one in made if one.unit_id == unit.pk and one.due_on.month == made[0].due_on.month]
    assert {one.obligation.pk for one in found.rows} == {one.pk for one in behind}
    assert found.title == str(unit)
    severities = [one.colour.severity for one in found.rows]
    assert severities == sorted(severities, reverse=True)


def test_a_long_list_says_how_many_are_left_out(units: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows(units, 12, seed=9)
    monkeypatch.setattr(board_, "MOST_IN_LIST", 10)
    found = api.listing(Actor.system("test"), api.Ask(2026), today=ON)
    assert (len(found.rows), found.more) == (10, 2)
    only = api.listing(Actor.system("test"), api.Ask(2026, colour="red"), today=ON)
    assert all(one.colour is Colour.RED for one in only.rows)


def test_the_trend_shows_each_month_as_it_ended(units: list[Any]) -> None:
    made = rows(units, 150, seed=10)
    points = api.trend(Actor.system("test"), api.Ask(2026), today=ON)
    assert [point.month for point in points] == list(range(1, 12))
    assert (points[9].on, points[10].on) == (date(2026, 10, 31), ON)
    calendar = api.lamp().calendar
    for point in points:
        mine = [one for one in made if one.due_on.month == point.month]
        colours = [light_of(due_of(one), SHIPPED[0], point.on, calendar).colour for one in mine]
        assert {one: colours.count(one) for one in set(colours)} == dict(point.counts)
    assert points[0].per_mille(Colour.RED) == 0
    assert sum(points[9].per_mille(one) for one in COLOURS) in range(998, 1003)


def test_the_statements_do_not_grow(units: list[Any], django_assert_num_queries: Any) -> None:
    rows(units, 150, seed=11)
    actor = Actor.system("test")
    with django_assert_num_queries(6):
        api.board(actor, api.Ask(2026, rows="unit"), today=ON)
    assert Obligation.objects.values("unit").annotate(n=Count("pk")).count() > 1


def test_too_many_rows_are_counted_by_district(units: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows(units, 20, seed=12)
    monkeypatch.setattr(board_, "MOST_ROWS", 1)
    found = api.board(Actor.system("test"), api.Ask(2026), today=ON)
    assert (found.ask.rows, found.changes) == ("district", ())
