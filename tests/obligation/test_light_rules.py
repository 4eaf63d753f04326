"""The light rule of an installation: set from a day on, never for the past, taken away before it holds; what lights propose."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.obligation import api
from plumbline.obligation.models import Obligation, Slip
from plumbline.obligation.rules.light_variants import PERIODS, RECOVERABLE, SLIPS
from plumbline.obligation.rules.lights import Colour, Consequence, LightRule, Stage
from tests.obligation.planning_world import AT, BY, TODAY, held, plan, rhythm

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)


def draft(rule: LightRule = RECOVERABLE, **changed: Any) -> api.LightRuleDraft:
    return api.LightRuleDraft(**{"name": "By Guangyuan", "starts_on": JUNE, "rule": rule, **changed})


def test_a_rule_holds_from_its_day_on_and_the_past_keeps_its_own(county: Any) -> None:
    boss = county.actor("administrator")
    assert api.rules_on([TODAY]) == [PERIODS]
    first = api.set_light_rule(by=boss, at=AT, draft=draft())
    api.set_light_rule(by=boss, at=AT, draft=draft(SLIPS, name="By Sanming", starts_on=TODAY))
    assert api.rules_on([date(2026, 5, 11), TODAY, date(2026, 5, 31), JUNE]) == [PERIODS, SLIPS, SLIPS, RECOVERABLE]
    assert [one.rule for one in api.lamps([TODAY, JUNE])] == [SLIPS, RECOVERABLE]
    page = api.light_rules_page(boss, today=TODAY)
    assert [(one.rule.code, one.state, one.until_on) for one in page.rules] == [
        ("recoverable", "later", None), ("slips", "now", JUNE), ("periods", "past", TODAY),
    ]  # fmt: skip
    assert page.now.rule == SLIPS
    api.drop_light_rule(by=boss, at=AT, version_id=first.pk)
    assert api.rules_on([JUNE]) == [SLIPS]
    told = AuditEntry.objects.filter(action__startswith="obligation.").order_by("pk").values_list("action", flat=True)
    assert [*told] == ["obligation.set_light_rule", "obligation.set_light_rule", "obligation.drop_light_rule"]


def test_what_cannot_be_is_refused_in_words(county: Any) -> None:
    boss = county.actor("administrator")
    row = api.set_light_rule(by=boss, at=AT, draft=draft(starts_on=TODAY))
    for changed, words in (
        ({"name": " "}, "name"), ({"starts_on": date(2026, 5, 11)}, "The past keeps"), ({"starts_on": TODAY}, "begins already"),
    ):  # fmt: skip
        with pytest.raises(api.Refused, match=words):
            api.set_light_rule(by=boss, at=AT, draft=draft(**changed))
    with pytest.raises(api.Refused, match="is or was in force"):
        api.drop_light_rule(by=boss, at=AT, version_id=row.pk)
    with pytest.raises(api.Refused, match="already"):
        api.drop_light_rule(by=boss, at=AT, version_id=999_999)
    for actor in (county.actor("secretary"), county.actor("administrator", "B1")):
        with pytest.raises(NotPermitted):
            api.set_light_rule(by=actor, at=AT, draft=draft())
        with pytest.raises(NotPermitted):
            api.drop_light_rule(by=actor, at=AT, version_id=row.pk)
        with pytest.raises(NotPermitted):
            api.propose_from_lights(by=actor, at=AT)
    with pytest.raises(NotPermitted):
        api.light_rules_page(county.actor("member", "B1"), today=TODAY)


def test_rules_read_as_sentences() -> None:
    rule = LightRule(
        code="own", stages={
            "month": (Stage(colour=Colour.YELLOW), Stage(colour=Colour.ORANGE, days=1),
                      Stage(colour=Colour.RED, after="quarter")),
            "other": (Stage(colour=Colour.ORANGE), Stage(colour=Colour.RED, days=5, after="year")),
        },
        incomplete_counts=True, important_from=2,
        consequences=(
            Consequence(colour=Colour.YELLOW, slip="reminder"),
            Consequence(colour=Colour.YELLOW, nth=2, slip="warning", points=-1),
            Consequence(colour=Colour.RED, in_a_row=3, slip="interview", points=-2),
        ),
    )  # fmt: skip
    with translation.override("en"):
        assert api.rule_sentences(rule) == [
            "From the day of the warning it is yellow.",
            "What is owed each month: yellow as soon as it is late; orange after 1 working day of being late; "
            "red after the quarter has ended.",
            "Everything else: orange as soon as it is late; red after 5 working days after the year has ended.",
            "What was done late is shown green afterwards.",
            "What was done without all its materials counts as done.",
            "Important work begins at stage 2.",
            "Each light that is yellow proposes: reminder.",
            "From light number 2 of a year that is yellow, each proposes: warning. The published rule takes off 1 point.",
            "3 periods running that were red propose: summons to a talk. The published rule takes off 2 points.",
        ]
        assert "counts as not done." in " ".join(api.rule_sentences(PERIODS))


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 2, tzinfo=UTC)


def proposals() -> list[tuple[str, str]]:
    return list(Slip.objects.order_by("pk").values_list("unit__code", "kind"))


def test_lights_propose_slips_once_and_a_second_yellow_proposes_a_graver_one(
    county: Any, django_assert_max_num_queries: Any
) -> None:
    rhythm("monthly", period="month", grace_days=0, warn_days=5)
    plan(at=at(5, 1))
    Obligation.objects.filter(due_on__lt=date(2026, 4, 30)).update(met_on=date(2026, 1, 1))
    Obligation.objects.exclude(unit=county["B1"]).update(met_on=date(2026, 1, 1))
    api.set_light_rule(by=BY, at=at(5, 1), draft=draft(starts_on=date(2026, 5, 1)))
    with django_assert_max_num_queries(9):
        assert api.propose_from_lights(by=BY, at=at(5, 4)) == 1  # April's meeting is late since 1 May
    assert api.propose_from_lights(by=BY, at=at(5, 5)) == 0
    slip = Slip.objects.get()
    assert (slip.kind, slip.state, slip.unit_id, slip.issuer_id) == (
        "reminder", "proposed", county["B1"].pk, county["B1"].parent_id,
    )  # fmt: skip
    assert slip.about_key == Obligation.objects.get(unit=county["B1"], period="2026-04").key
    assert "monthly" in slip.title
    assert api.propose_from_lights(by=BY, at=at(5, 20)) == 0  # no light turned in these days
    assert api.propose_from_lights(by=BY, at=at(6, 2)) == 3  # May, too: reminded and warned; April has become red
    assert sorted(kind for _unit, kind in proposals()) == ["interview", "reminder", "reminder", "warning"]


def test_without_consequences_and_in_time_nothing_is_proposed(county: Any) -> None:
    rhythm("monthly", period="month")
    plan(at=at(5, 1))
    api.set_light_rule(
        by=BY, at=at(5, 1), draft=draft(RECOVERABLE.model_copy(update={"consequences": ()}), starts_on=date(2026, 5, 1))
    )
    assert api.propose_from_lights(by=BY, at=at(6, 2)) == 0
    api.set_light_rule(by=BY, at=at(6, 1), draft=draft(PERIODS, starts_on=date(2026, 6, 2)))
    held(county["B1"], date(2026, 5, 6))
    assert api.propose_from_lights(by=BY, at=at(6, 3)) == 0  # three red periods running bring a talk; none are red yet
