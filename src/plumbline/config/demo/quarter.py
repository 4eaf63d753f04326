"""The third quarter of Qinghe's complete year: classes by weights of their own, graded without the bonus."""

from datetime import date, datetime
from typing import Final

from plumbline.assessment import api as assessment
from plumbline.config.demo.structure import Structure
from plumbline.kernel.actor import Actor

SCHEME: Final = """
code: quarterly
title: {en: Quarterly assessment of organisations, zh: 基层党组织季度考核}
about:
  en: Branches weigh organisation life, general branches contact and service; the bonus moves places, never the grade.
  zh: 党支部侧重组织生活，党总支侧重联系服务；加分只影响名次，不影响等次。
assesses: organisation
total: 100
graded_by: without_bonus
tree:
  - code: "1"
    name: {en: Organisation life, zh: 组织生活}
    points: 100
    weight: 40%
    rules:
      - type: missing
        source: {kind: meeting.held, where: {meeting_kind: theme_day}, per: month}
        required: 3
        deduct: 10
        text: {en: a theme day each month, zh: 每月一次主题党日}
      - type: missing
        source: {kind: meeting.held, where: {meeting_kind: [members_meeting, lecture]}}
        required: 2
        deduct: 15
        text: {en: a members' meeting and a party lecture, zh: 党员大会和党课}
  - code: "2"
    name: {en: Learning and openness, zh: 学习与公开}
    points: 100
    weight: 30%
    rules:
      - type: missing
        source: {kind: meeting.held, where: {meeting_kind: party_building_study}}
        required: 1
        deduct: 10
        text: {en: a study session on building the organisation, zh: 专题研究党建工作}
      - type: missing
        source: {kind: disclosure.published}
        required: 2
        deduct: 5
        text: {en: items disclosed, zh: 党务公开}
  - code: "3"
    name: {en: Contact and service, zh: 联系服务}
    points: 100
    weight: 30%
    rules:
      - type: missing
        source: {kind: contact.visit}
        required: 1
        deduct: 12
        text: {en: a visit to a contact point or household, zh: 联系点或困难户走访}
  - code: "4"
    name: {en: Lectures by leaders, zh: 领导讲课}
    kind: bonus
    points: 3
    rules: [{type: each, source: {kind: contact.lecture}, points: 1.5, cap: 3}]
profiles:
  - {code: grass, name: {en: Branches, zh: 支部侧重}, classes: [branch], weights: {"1": 60%, "2": 25%, "3": 15%}}
  - {code: general, name: {en: General ones, zh: 总支侧重}, classes: [general_branch], weights: {"1": 35%, "2": 25%, "3": 40%}}
  - {code: own, name: {en: As the scheme says, zh: 方案自身权重}, classes: [committee]}
bands:
  - {min: 97, grade: 优秀, name: {en: excellent, zh: 优秀}}
  - {min: 90, grade: 合格, name: {en: qualified, zh: 合格}}
  - {min: 86, grade: 基本合格, name: {en: basically qualified, zh: 基本合格}}
  - {min: 0, grade: 不合格, name: {en: not qualified, zh: 不合格}}
quotas:
  - {grade: 优秀, share: 30%, rounding: floor, ties: include}
"""
SCORED: Final = 3
_TITLES: Final = {"zh": "{year}年第{quarter}季度考核", "en": "Quarter {quarter} of {year}"}


def assess_quarter(
    *, by: Actor, at: datetime, locale: str, structure: Structure, units: dict[str, int], year: int
) -> None:
    """Score the third quarter of ``year``, and prepare the first of the next."""
    version = assessment.import_scheme(by=by, at=at, text=SCHEME).version
    word = "zh" if locale == "zh" else "en"
    kinds = ("committee", "general_branch", "branch")
    classes = {units[row["code"]]: row["kind"] for row in structure.organisations if row["kind"] in kinds}
    for quarter, in_year in ((SCORED, year), (1, year + 1)):
        round_ = assessment.create_round(
            by=by, at=at, scheme_version_id=version.pk, title=_TITLES[word].format(year=in_year, quarter=quarter),
            from_=date(in_year, 3 * quarter - 2, 1), until=date(in_year, 3 * quarter, 30 if quarter == SCORED else 31),
            units=classes, committee_id=units["QH"],
        )  # fmt: skip
        if quarter == SCORED:
            assessment.freeze(by=by, at=at, round_id=round_.pk)
            assessment.score_now(by=by, at=at, round_id=round_.pk)
