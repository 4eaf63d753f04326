"""The shipped schemes on Qinghe's last complete year: three rounds scored, and one of this year being prepared."""

from datetime import date, datetime
from typing import Final

from plumbline.assessment import api as assessment
from plumbline.config.demo.structure import Structure
from plumbline.kernel.actor import Actor

_TITLES: Final = {
    "routine_work": ("{year}年党建日常工作考核", "Routine work of {year}"),
    "classification": ("{year}年基层党组织分类定级", "Classification of organisations {year}"),
    "departments_1000": ("{year}年县直部门年度绩效考核", "Performance of departments {year}"),
}
_ASSESSED_KINDS: Final = ("committee", "general_branch", "branch")


def assess_last_year(
    *, by: Actor, at: datetime, locale: str, structure: Structure, units: dict[str, int], year: int
) -> int:
    """Bring the shipped schemes in and score the year with each; return the round that is prepared for the next year."""
    organisations = {
        units[row["code"]]: row["kind"] for row in structure.organisations if row["kind"] in _ASSESSED_KINDS
    }
    branches = {unit: kind for unit, kind in organisations.items() if kind == "branch"}
    departments = {units[row["code"]]: row["klass"] for row in structure.departments}
    for code, classes in (
        ("routine_work", branches), ("classification", organisations), ("departments_1000", departments),
    ):  # fmt: skip
        round_id = _prepare(by, at, locale, code, classes, units["QH"], year)
        assessment.freeze(by=by, at=at, round_id=round_id)
        assessment.score_now(by=by, at=at, round_id=round_id)
    return _prepare(by, at, locale, "routine_work", branches, units["QH"], year + 1)


def _prepare(
    by: Actor, at: datetime, locale: str, code: str, classes: dict[int, str], committee_id: int, year: int
) -> int:
    """Return a round of one shipped scheme over one year, not yet frozen."""
    version = assessment.import_shipped(by=by, at=at, code=code).version
    round_ = assessment.create_round(
        by=by,
        at=at,
        scheme_version_id=version.pk,
        title=_TITLES[code][locale != "zh"].format(year=year),
        from_=date(year, 1, 1),
        until=date(year, 12, 31),
        units=classes,
        committee_id=committee_id,
    )
    return int(round_.pk)
