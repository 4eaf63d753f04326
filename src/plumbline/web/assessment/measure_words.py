"""What the numbers of the measures say, in words, and the data of their plots."""

import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment import api as assessment
from plumbline.web.templatetags.points import exact

SHOWN = 40
"""Units in a plot: beyond it nobody can read it, and the table has them all."""
MOST_UNITS, MOST_INDICATORS = 60, 60
"""Units and indicators that a page shows one by one; of larger tables the workbook has them."""
ALIKE = 0.9
"""Correlation from which two indicators say nearly the same."""
TWICE = 2.0
"""How many times its nominal weight an indicator decides before it is named."""
FULL = 0.9
"""Share of the units with full points from which an indicator hardly tells anybody apart."""
PAIRS = 10
LEAST = 5
"""Scored units of a class below which nothing is said of its indicators."""
SOME = 3
"""Examples named in one sentence."""


def percent(share: float | None, places: int = 0) -> str:
    """Return a share as per cent, a dash for None."""
    return "–" if share is None else _("{number} %").format(number=f"{100 * share:.{places}f}")


def number(value: float | None, places: int = 2) -> str:
    """Return a number with so many decimals, a dash for None."""
    return "–" if value is None else f"{value:.{places}f}".replace("-", "−")


def of_index(page: assessment.MeasurePage) -> list[str]:
    """Say what was done to make the index, and how far it agrees with what was published."""
    if page.made is None:
        return []
    found = page.made
    told = []
    names = {one.branch.code: one.name for one in page.wide.indicators}
    for code, done, points in found.treatments:
        told.append(_treatment(f"{code} {names[code]}", done, points))
    if found.holes:
        count = sum(found.holes.values())
        text = ngettext(
            "{n} value is missing; none was taken for zero.", "{n} values are missing; none was taken for zero.", count
        )
        told.append(text.format(n=count))
    if found.idle:
        told.append(
            _("Nobody differs in {codes}: these indicators tell nobody apart.").format(codes=_(", ").join(found.idle))
        )
    if page.agreement:
        told.append(_agreement(*page.agreement))
    return told


def _treatment(name: str, done: str, points: int) -> str:
    if done == "log":
        return _("{name}: its distribution is very uneven, so the logarithm was taken.").format(name=name)
    told = {
        "winsorised": ngettext(
            "{name}: {n} value lay far out and took the place of the next one.",
            "{name}: {n} values lay far out and took the place of the next one.", points,
        ),
        "fenced": ngettext(
            "{name}: {n} value was cut at the quartile fences.", "{name}: {n} values were cut at the quartile fences.", points
        ),
    }  # fmt: skip
    return told[done].format(name=name, n=points)


def _agreement(both: Any, unit: str) -> str:
    if both.equal == both.compared:
        return _("All {n} published ranks are met exactly.").format(n=both.compared)
    told = _(
        "Of {n} published ranks {equal} are met exactly; the largest difference is {shift} places ({unit}). Rank correlation: "
        "Spearman {spearman}, Kendall {kendall}."
    )
    return told.format(
        n=both.compared, equal=both.equal, shift=both.largest, unit=unit, spearman=number(both.spearman, 3),
        kendall=number(both.kendall, 3),
    )  # fmt: skip


def index_rows(page: assessment.MeasurePage) -> list[tuple[Any, list[tuple[str, float | None]]]]:
    """Return the units by rank, each with its first-level groups by name."""
    names = [name for _code, name in page.groups]
    return [(line, list(zip(names, line.groups, strict=True))) for line in page.lines]


def index_chart(page: assessment.MeasurePage) -> dict[str, Any]:
    """Return the first units with the whole, as bars."""
    lines = [line for line in page.lines if line.whole is not None][:SHOWN]
    return {
        "categories": [line.name for line in lines],
        "series": [{"name": _("index"), "values": [round(line.whole or 0, 2) for line in lines]}],
        "max": 100,
    }


def normal_table(page: assessment.MeasurePage) -> dict[str, Any] | None:
    """Return the indicators made comparable, units by rank, as a heat map and a table; None where a page cannot hold them."""
    if page.made is None or len(page.lines) > MOST_UNITS or len(page.wide.codes) > MOST_INDICATORS:
        return None
    place = {code: at for at, code in enumerate(page.wide.units)}
    rows = [
        (line.name, [None if math.isnan(one) else round(float(one), 1) for one in page.made.normal[place[line.code]]])
        for line in page.lines
    ]
    chart = {
        "categories": list(page.wide.codes), "series": [{"name": name, "values": values} for name, values in rows],
        "min": 0, "max": 100,
    }  # fmt: skip
    return {"codes": [(one.branch.code, one.name) for one in page.wide.indicators], "rows": rows, "chart": chart}


def of_indicators(page: assessment.IndicatorsPage) -> list[str]:
    """Say what the committee should look at: weights that are not what they seem, doubles, idle indicators, loose blocks."""
    if 0 < page.units < LEAST:
        text = ngettext(
            "With {n} scored unit nothing can be said of what the indicators decide: at least {least} are needed.",
            "With {n} scored units nothing can be said of what the indicators decide: at least {least} are needed.", page.units,
        )  # fmt: skip
        return [text.format(n=page.units, least=LEAST)]
    told = []
    heavy = [
        line for line in page.lines
        if line.importance.effective is not None and line.importance.effective > TWICE * line.importance.nominal
    ]  # fmt: skip
    for line in sorted(heavy, key=lambda one: -(one.importance.effective or 0))[:SOME]:
        text = _(
            "{code} {title} has {nominal} of the points, but decides {effective} of the differences between units."
        )
        told.append(text.format(
            code=line.code, title=line.title, nominal=percent(line.importance.nominal),
            effective=percent(line.importance.effective),
        ))  # fmt: skip
    told += _idle(page) + _doubles(page) + _against(page) + _loose(page)
    if not told and page.lines:
        told.append(
            _("Nothing stands out: the indicators decide about as much as their points say, and none repeats another.")
        )
    return told


def _idle(page: assessment.IndicatorsPage) -> list[str]:
    still = [line for line in page.lines if line.scored > 1 and line.deviation == 0]
    nearly = [
        line for line in page.lines if line.scored > 1 and line not in still and line.full >= FULL * line.scored
    ]  # fmt: skip
    told = []
    if still:
        text = _("Nobody differs in {codes}: they cannot tell units apart, whatever their points.")
        told.append(text.format(codes=_named(still)))
    if nearly:
        text = _(
            "Nine of ten units or more have full points in {codes}: either all is well there, or the measure is too mild."
        )
        told.append(text.format(codes=_named(nearly)))
    return told


def _named(lines: list[Any]) -> str:
    names = _(", ").join(f"{line.code} {line.title}" for line in lines[: 2 * SOME])
    more = len(lines) - 2 * SOME
    return (
        names
        if more <= 0
        else ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)
    )


def _doubles(page: assessment.IndicatorsPage) -> list[str]:
    told = _("{one} and {other} say nearly the same (correlation {r}): one of them may be enough.")
    return [
        told.format(one=_full(page, one), other=_full(page, other), r=number(r))
        for one, other, r in page.pairs[:SOME] if r >= ALIKE
    ]  # fmt: skip


def _against(page: assessment.IndicatorsPage) -> list[str]:
    told = _(
        "{code} runs against the whole (correlation {r}): whoever is good there is rather worse overall. Is it meant so?"
    )
    return [
        told.format(code=f"{line.code} {line.title}", r=number(line.importance.correlation))
        for line in page.lines if line.importance.correlation is not None and line.importance.correlation < -0.1
    ][:SOME]  # fmt: skip


def _loose(page: assessment.IndicatorsPage) -> list[str]:
    told = _(
        "The indicators of {block} hardly belong together (Cronbach's alpha {alpha}): they measure different things."
    )
    return [
        told.format(block=_full(page, one.block), alpha=number(one.alpha))
        for one in page.blocks if one.alpha is not None and one.alpha < assessment.FAIRLY_CONSISTENT
    ][:SOME]  # fmt: skip


def _full(page: assessment.IndicatorsPage, code: str) -> str:
    return f"{code} {page.titles.get(code, '')}".strip() or _("the first level")


def indicator_rows(page: assessment.IndicatorsPage) -> list[dict[str, Any]]:
    """Return the indicators as a table's rows."""
    return [
        {
            "code": line.code, "title": line.title, "points": exact(line.points),
            "mean": percent(line.mean, 1), "middle": _middle(line.quartiles),
            "deviation": percent(line.deviation, 1), "full": line.full,
            "nominal": percent(line.importance.nominal, 1),
            "effective": percent(line.importance.effective, 1), "correlation": number(line.importance.correlation),
        }
        for line in page.lines
    ]  # fmt: skip


def pair_rows(page: assessment.IndicatorsPage) -> list[tuple[str, str, str]]:
    """Return the pairs of indicators that go together most, with their names."""
    return [(_full(page, one), _full(page, other), number(r)) for one, other, r in page.pairs[:PAIRS]]


def _middle(quartiles: tuple[float, float, float] | None) -> str:
    """Return between which shares the middle half of the units lies."""
    return "–" if quartiles is None else f"{percent(quartiles[0])} – {percent(quartiles[2])}"


def _spread(page: assessment.IndicatorsPage) -> dict[str, Any] | None:
    """Return the medians of the shares as bars, their quartiles as whiskers."""
    lines = [(line, line.quartiles) for line in page.lines if line.quartiles is not None]
    if not lines:
        return None
    low, middle, high = ([round(100 * quartiles[at], 1) for _line, quartiles in lines] for at in range(3))
    return {
        "categories": [f"{line.code} {line.title}" for line, _quartiles in lines],
        "series": [{"name": _("median"), "values": middle, "low": low, "high": high}], "unit": _(" %"), "max": 100,
    }  # fmt: skip


def block_rows(page: assessment.IndicatorsPage) -> list[dict[str, Any]]:
    """Return the blocks with their alpha in a word, and the indicator without which it would be highest."""
    rows = []
    for one in page.blocks:
        better = [
            (found, code) for code, found in zip(one.codes, one.without, strict=True)
            if found is not None and one.alpha is not None and found > one.alpha
        ]  # fmt: skip
        best = max(better, default=None)
        rows.append(
            {
                "name": _full(page, one.block), "count": len(one.codes), "units": one.units, "alpha": number(one.alpha),
                "word": _word(one.alpha),
                "without": _("{alpha} without {code}").format(alpha=number(best[0]), code=best[1]) if best else "",
            }
        )  # fmt: skip
    return rows


def _word(alpha: float | None) -> str:
    if alpha is None:
        return _("cannot be said: too few units, or nobody differs")
    if alpha >= assessment.CONSISTENT:
        return _("consistent")
    return _("fairly consistent") if alpha >= assessment.FAIRLY_CONSISTENT else _("not consistent")


def indicator_charts(page: assessment.IndicatorsPage) -> dict[str, Any]:
    """Return nominal and effective weights as bars, correlations as a heat map."""
    lines = [line for line in page.lines if line.importance.effective is not None]
    codes = [line.code for line in page.lines]
    return {
        "weights": {
            "categories": [f"{line.code} {line.title}" for line in lines],
            "series": [
                {"name": _("share of the points"), "values": [round(100 * line.importance.nominal, 1) for line in lines]},
                {
                    "name": _("share of the differences"),
                    "values": [round(100 * (line.importance.effective or 0), 1) for line in lines],
                },
            ],
            "unit": _(" %"),
        } if lines else None,
        "spread": _spread(page),
        "matrix": {
            "categories": codes,
            "series": [
                {"name": code, "values": [None if one is None else round(one, 2) for one in row]}
                for code, row in zip(codes, page.matrix, strict=False)
            ],
            "min": -1, "max": 1,
        } if len(codes) <= SHOWN and page.matrix else None,
    }  # fmt: skip


def of_profile(page: assessment.ProfilePage) -> list[str]:
    """Say where the unit stands, what lifts it and what holds it back, and where it is going."""
    told = []
    whole = page.whole
    if page.mates > 1 and whole.ahead is not None:
        text = _("{name} has {score} points, {distance} than the mean of its class of {n} units.")
        told.append(
            text.format(name=page.name, score=_two(whole.own or 0), distance=_distance(whole.ahead), n=page.mates)
        )
    else:
        told.append(_("{name} has {score} points. It is alone in its class: there is nobody to compare it with.").format(
            name=page.name, score=_two(whole.own or 0),
        ))  # fmt: skip
    strong, weak = ([one for one in page.standings if one.verdict == wanted] for wanted in ("strength", "weakness"))
    if strong:
        told.append(_("Strengths: {names}.").format(names=_standing_names(page, strong, -1)))
    if weak:
        told.append(_("Weaknesses: {names}.").format(names=_standing_names(page, weak, 1)))
    if page.trend is not None:
        told.append(_trend(page))
    return told


def _distance(ahead: int) -> str:
    if ahead == 0:
        return _("no more and no less")
    return (_("{points} more") if ahead > 0 else _("{points} less")).format(points=_two(abs(ahead)))


def _two(micro: float) -> str:
    return f"{micro / 1_000_000:.2f}"


def _standing_names(page: assessment.ProfilePage, found: list[Any], sign: int) -> str:
    ordered = sorted(found, key=lambda one: sign * (one.ahead or 0))[: 2 * SOME]
    told = _("{code} {title} ({points})")
    return _(", ").join(
        told.format(code=one.code, title=page.titles.get(one.code, ""), points=_signed(one.ahead)) for one in ordered
    )


def _signed(micro: int | None) -> str:
    return "–" if micro is None else ("+" if micro > 0 else "−" if micro < 0 else "") + _two(abs(micro))


def _trend(page: assessment.ProfilePage) -> str:
    slope = page.trend or 0.0
    first, last = page.years[0].year, page.years[-1].year
    if abs(slope) < 5_000:
        return _("From {first} to {last} it stayed where it was.").format(first=first, last=last)
    told = (
        _("From {first} to {last} it rose by {points} points a year.")
        if slope > 0
        else _("From {first} to {last} it fell by {points} points a year.")
    )
    return told.format(first=first, last=last, points=_two(abs(slope)))


def profile_rows(page: assessment.ProfilePage) -> list[dict[str, Any]]:
    """Return the indicators of a unit beside its class, the weakest first."""
    words = {"strength": _("strength"), "weakness": _("weakness"), "": ""}
    lights = {"strength": "green", "weakness": "yellow", "": ""}
    ordered = sorted(page.standings, key=lambda one: (one.ahead is None, one.ahead or 0))
    return [
        {
            "code": one.code, "title": page.titles.get(one.code, ""), "most": exact(page.points.get(one.code)),
            "own": exact(one.own), "mean": "–" if one.mean is None else _two(one.mean), "ahead": _signed(one.ahead),
            "percentile": "–" if one.percentile is None else f"{one.percentile:.0f}", "word": words[one.verdict],
            "light": lights[one.verdict], "change": _signed(page.changes.get(one.code)),
        }
        for one in ordered
    ]  # fmt: skip


def profile_charts(page: assessment.ProfilePage) -> dict[str, Any]:
    """Return what makes up the distance from the mean as bars, and the years as a line."""
    moved = [one for one in page.standings if one.ahead]
    ordered = sorted(moved, key=lambda one: one.ahead or 0)
    return {
        "distance": {
            "categories": [f"{one.code} {page.titles.get(one.code, '')}" for one in ordered],
            "series": [
                {"name": _("points more than the mean"), "values": [round((one.ahead or 0) / 1_000_000, 2) for one in ordered]}
            ],
            "min": min(0, math.floor((ordered[0].ahead or 0) / 1_000_000)),
        } if moved else None,
        "years": {
            "categories": [str(year.year) for year in page.years],
            "series": [{"name": _("score"), "values": [year.score / 1_000_000 for year in page.years]}],
        } if len(page.years) > 1 else None,
    }  # fmt: skip
