"""What the numbers of an uncertainty analysis mean, in words for a member of the committee, and what was assumed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumbline.assessment import api as assessment

_SCENARIOS = {
    "weights": gettext_lazy("other weights"),
    "surveys": gettext_lazy("other answers"),
    "together": gettext_lazy("both together"),
}
_FACTORS = {
    "weights": gettext_lazy("the weights"),
    "surveys": gettext_lazy("sampling and turnout of surveys"),
    "mean": gettext_lazy("adding up or multiplying (arithmetic or geometric mean)"),
    "missing": gettext_lazy("what is missing: as the scheme says, or left out"),
    "left_out": gettext_lazy("an indicator left out"),
}
SURE = 950
"""Of a thousand draws: from here a grade counts as sure."""


def scenario_title(name: str) -> str:
    """Return what is uncertain in a scenario."""
    return str(_SCENARIOS[name])


def factor_title(name: str) -> str:
    """Return an assumption as people read it."""
    return str(_FACTORS[name])


def _percent(share: float | None) -> str:
    return _("unknown") if share is None else _("{number} %").format(number=f"{share * 100:g}")


def assumptions(page: assessment.UncertaintyPage) -> list[tuple[str, str]]:
    """Return what was assumed and how it was counted, as names and values: a statistician reads these."""
    given, found = (page.chosen.settings if page.chosen else {}), page.found or {}
    around = _("Dirichlet around the issued weights, concentration {c}: an average weight varies by {spread} of itself")
    anywhere = _("Dirichlet with all parameters 1: every set of weights is as likely")
    weights = around if given["weighting"] == "around" else anywhere
    rows = [
        (_("Weights"), weights.format(c=found["concentration"], spread=_percent(given["spread"]))),
        (_("First level"), _("as issued") if given["keep_parts"] else _("varied like all others")),
        (_("Answers"), _answers(found)),
        (_("Turnout"), _percent(given["turnout"])),
        (_("Who stayed silent"), _("may differ by {share} of the scale (one sd)").format(share=_percent(given["silent"]))),
        (_("Intervals"), _("the middle {share} of the draws").format(share=_percent(given["coverage"]))),
        (_("Told apart"), _("in the same order in at least {share} of the draws").format(share=_percent(given["apart"]))),
        (_("Draws"), _draws(given["draws"])),
        (_("Seed"), str(given["seed"])),
    ]  # fmt: skip
    looked = found["scenarios"][-1]["pair_draws"]
    if looked < given["draws"]:
        rows.append((_("Pairs"), _("counted in the first {number} draws").format(number=looked)))
    if found["sobol"]:
        told = _(
            "Design of {rows} rows; first index after Saltelli 2010, total after Jansen 1999; 200 resamples for the bounds"
        )
        rows.append((_("Indices"), told.format(rows=found["sobol"]["evaluations"])))
    return rows


def _answers(found: dict[str, Any]) -> str:
    if not found["surveys"]:
        return _("no indicator of this class rests on answers of people")
    told = _(
        "normal errors of the mean with finite population correction, cut off at the ends of the scale; indicators: {nodes}"
    )
    return told.format(nodes=_(", ").join(f"{one['node']} (± {one['error'] * 100:.1f} %)" for one in found["surveys"]))


def _draws(draws: int) -> str:
    worst = 100 * 0.5 / draws**0.5
    return _(
        "{draws}; a probability counted in them is off by {error} percentage points at most (one standard error)"
    ).format(draws=draws, error=f"{worst:.2f}")


def sentences(page: assessment.UncertaintyPage) -> list[str]:
    """Return the page in words, the most important first."""
    found = page.found or {}
    scenario = found["scenarios"][-1]
    told = [_width(scenario), *_first(page, scenario)]
    if page.grades:
        told.append(_sure(page, scenario))
    told += _leaving(page, found)
    told += _geometric(found)
    return told + _causes(found)


def _width(scenario: dict[str, Any]) -> str:
    widths = sorted(high - low for low, high in zip(scenario["low"], scenario["high"], strict=True))
    middle = widths[len(widths) // 2]
    told = ngettext(
        "Half of the units keep their rank within {places} place when the assumptions move; the widest interval spans {most}.",
        "Half of the units keep their rank within {places} places when the assumptions move; the widest interval spans {most}.",
        middle,
    )
    return told.format(places=middle, most=widths[-1])


def _first(page: assessment.UncertaintyPage, scenario: dict[str, Any]) -> list[str]:
    if not page.lines:
        return []
    shared = sum(line.rank == page.lines[0].rank for line in page.lines)
    if shared > 1:
        return [_("{count} units share the first place of the official table.").format(count=shared)]
    told = _("{unit}, first in the official table, is first in {share} % of the draws.")
    return [told.format(unit=page.lines[0].name, share=f"{scenario['first'][0] / 10:g}")]


def _sure(page: assessment.UncertaintyPage, scenario: dict[str, Any]) -> str:
    names = list(page.grades)
    sure = sum(
        line.grade in names and row[names.index(line.grade)] >= SURE
        for line, row in zip(page.lines, scenario["grades"], strict=True)
    )
    told = _("{sure} of {all} units have the grade that they were awarded in at least 95 % of the draws. For the others the "
             "grade hangs on the assumptions: look at their evidence before anything depends on it.")  # fmt: skip
    whole = _("All {all} units have the grade that they were awarded in at least 95 % of the draws.")
    return (whole if sure == len(page.lines) else told).format(sure=sure, all=len(page.lines))


def _leaving(page: assessment.UncertaintyPage, found: dict[str, Any]) -> list[str]:
    if not found["left_out"]:
        return []
    most = max(found["left_out"], key=lambda one: (one["mean"], one["most"]))
    told = _("Without “{indicator}” units move by {mean} places on average, more than without any other indicator.")
    still = _("No single indicator decides: whichever is left out, no rank changes.")
    title = page.titles.get(most["node"], most["node"])
    return [(told if most["most"] else still).format(indicator=title, mean=f"{most['mean']:.1f}")]


def _geometric(found: dict[str, Any]) -> list[str]:
    one = found["geometric"]
    told = _("Multiplied instead of added up (a geometric mean, in which one weakness is made up for less), ranks move by "
             "{mean} places on average, at most by {most}.")  # fmt: skip
    return [told.format(mean=f"{one['mean']:.1f}", most=one["most"])]


def _causes(found: dict[str, Any]) -> list[str]:
    indices = found["sobol"]
    if indices is None or indices["total"][0] is None:
        return []
    place = max(range(len(indices["factors"])), key=lambda one: indices["total"][one])
    told = _("Of all assumptions, this moves the ranks the most: {factor}. It has a hand in {share} % of the movement.")
    return [
        told.format(
            factor=factor_title(indices["factors"][place]), share=min(round(100 * indices["total"][place]), 100)
        )
    ]


def alike(page: assessment.UncertaintyPage) -> list[dict[str, Any]]:
    """Return the runs of units that cannot be told apart: their ranks and names."""
    found = (page.found or {})["scenarios"][-1]["alike"]
    return [
        {
            "first": page.lines[begin].rank,
            "last": page.lines[end].rank,
            "count": end - begin + 1,
            "names": [line.name for line in page.lines[begin : min(end + 1, begin + 5)]],
        }
        for begin, end in found
    ]
