"""Data of the plots of uncertainty, and the tables that say the same."""

from typing import Any

from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.web.assessment.uncertain_words import factor_title, scenario_title

SHOWN = 60
"""Units on the page: beyond it nobody can read a plot, and Excel has them all."""
PAIRS = 40
"""Units in the table of pairs."""


def last(page: assessment.UncertaintyPage) -> dict[str, Any]:
    """Return the widest scenario: surveys and weights together, where there are surveys."""
    found: dict[str, Any] = (page.found or {})["scenarios"][-1]
    return found


def awarded(page: assessment.UncertaintyPage, scenario: dict[str, Any]) -> list[int | None]:
    """Return for each unit in how many of a thousand draws it has the grade that it was awarded."""
    names = list(page.grades)
    return [
        row[names.index(line.grade)] if line.grade in names else None
        for line, row in zip(page.lines, scenario["grades"], strict=True)
    ]


def table(page: assessment.UncertaintyPage) -> list[dict[str, Any]]:
    """Return the first units with their intervals in each scenario, and the probability of their grade."""
    found = page.found or {}
    sure = awarded(page, last(page))
    rows = []
    for place, line in enumerate(page.lines[:SHOWN]):
        spans = [(one["low"][place], one["high"][place]) for one in found["scenarios"]]
        others = [
            {"grade": grade, "share": share / 10}
            for grade, share in zip(page.grades, last(page)["grades"][place], strict=True)
            if share
        ]
        share = sure[place]
        rows.append(
            {
                "line": line,
                "spans": spans,
                "median": last(page)["median"][place],
                "sure": None if share is None else share / 10,
                "grades": others,
                "told": last(page)["told"][place],
                "geometric": found["geometric"]["ranks"][place],
            }
        )
    return rows


def left_out(page: assessment.UncertaintyPage) -> list[dict[str, Any]]:
    """Return the indicators by how much the table moves without each of them, the most first."""
    names = {line.unit_id: line.name for line in page.lines}
    rows = [
        one | {"title": page.titles.get(one["node"], one["node"]), "name": names.get(one["unit"], "")}
        for one in (page.found or {})["left_out"]
    ]
    return sorted(rows, key=lambda one: (-one["mean"], one["node"]))


def indices(page: assessment.UncertaintyPage) -> list[dict[str, Any]]:
    """Return the assumptions with their indices and bounds, the largest total first; nothing where no rank moves."""
    found = (page.found or {})["sobol"]
    if found is None or found["total"][0] is None:
        return []
    rows = [
        {
            "title": factor_title(name),
            "first": found["first"][place],
            "total": found["total"][place],
            "first_bounds": [bound[place] for bound in found["first_bounds"]],
            "total_bounds": [bound[place] for bound in found["total_bounds"]],
        }
        for place, name in enumerate(found["factors"])
    ]
    return sorted(rows, key=lambda one: -one["total"])


def charts(page: assessment.UncertaintyPage) -> dict[str, Any]:
    """Return the data of all plots."""
    made = {"intervals": _intervals(page), "pairs": _pairs(page), "left_out": _tornado(page), "indices": _bars(page)}
    return made | ({"grades": _grades(page)} if page.grades else {})


def _names(page: assessment.UncertaintyPage, most: int = SHOWN) -> list[str]:
    return [line.name for line in page.lines[:most]]


def _intervals(page: assessment.UncertaintyPage) -> dict[str, Any]:
    return {
        "categories": _names(page),
        "unit": _("rank"),
        "mark": _("official rank"),
        "marks": [line.rank for line in page.lines[:SHOWN]],
        "series": [
            {
                "name": scenario_title(one["name"]),
                "values": one["median"][:SHOWN],
                "low": one["low"][:SHOWN],
                "high": one["high"][:SHOWN],
            }
            for one in (page.found or {})["scenarios"]
        ],
    }


def _grades(page: assessment.UncertaintyPage) -> dict[str, Any]:
    rows = last(page)["grades"][:SHOWN]
    return {
        "categories": [f"{line.name} · {line.grade}" for line in page.lines[:SHOWN]],
        "unit": _("% of the draws"),
        "series": [
            {"name": grade, "values": [row[place] / 10 for row in rows]} for place, grade in enumerate(page.grades)
        ],
    }


def _pairs(page: assessment.UncertaintyPage) -> dict[str, Any]:
    rows = last(page)["before"][:PAIRS]
    return {
        "categories": _names(page, PAIRS),
        "mark": _("rank"),
        "marks": [line.rank for line in page.lines[:PAIRS]],
        "series": [{"name": "", "values": [share / 10 for share in row[:PAIRS]]} for row in rows],
    }


def _tornado(page: assessment.UncertaintyPage) -> dict[str, Any]:
    rows = left_out(page)[:SHOWN]
    return {
        "categories": [row["title"] for row in rows],
        "unit": _("places"),
        "series": [
            {"name": _("mean shift"), "values": [round(row["mean"], 2) for row in rows]},
            {"name": _("largest shift"), "values": [row["most"] for row in rows]},
        ],
    }


def _bars(page: assessment.UncertaintyPage) -> dict[str, Any]:
    rows = indices(page)
    return {
        "categories": [row["title"] for row in rows],
        "unit": _("share of the variance"),
        "series": [
            {
                "name": title,
                "values": [max(round(row[key], 3), 0) for row in rows],
                "low": [max(row[f"{key}_bounds"][0], 0) for row in rows],
                "high": [max(row[f"{key}_bounds"][1], 0) for row in rows],
            }
            for key, title in (("first", _("alone")), ("total", _("with all others")))
        ],
    }
