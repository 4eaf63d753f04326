"""What the papers of a round say: the public notice, the report, and a unit's own sheet with its explanation."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment import api as assessment
from plumbline.web.assessment import measure_words
from plumbline.web.assessment.paper import Bars, Block, Heading, Paper, Rows, Sign, Stamp, Words
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import exact, points, signed, weight

NUMBERS = frozenset({0, 2})
"""Columns of the table of results that are set to the right: rank and score."""
BUCKETS = 10


def _foot(round_: Any) -> str:
    imprint = assessment.imprint_of(round_)
    return imprint.short if imprint else ""


def _about(round_: Any) -> list[tuple[str, str]]:
    """Return what every paper of a round names, the three hashes last."""
    imprint = assessment.imprint_of(round_)
    rows = [
        (_("Round"), round_.title), (_("Committee"), round_.committee.name),
        (_("Period"), _("{first} to {last}").format(first=date_format(round_.from_on), last=date_format(round_.until_on))),
    ]  # fmt: skip
    if imprint is None:
        return rows
    named = ((_("Hash of the manifest"), imprint.snapshot), (_("Hash of the scheme"), imprint.scheme))
    return [*rows, *named, (_("Hash of the result"), imprint.result)]


def _table(lines: Iterable[assessment.ResultLine]) -> Rows:
    rows = [[str(line.rank or "–"), line.name, points(line.score), line.grade or "–"] for line in lines]
    return Rows((_("Rank"), _("Unit"), _("Score"), _("Grade")), rows, NUMBERS)


def _classes(found: assessment.Grid) -> list[tuple[str, list[assessment.ResultLine]]]:
    """Return the units of each class, the first in front, who has no score last."""
    ordered = sorted(
        (row.line for row in found.rows), key=lambda line: (line.klass, line.rank is None, line.rank or 0, line.code)
    )
    return [(klass, list(some)) for klass, some in groupby(ordered, key=lambda line: line.klass)]


def notice(found: assessment.Grid, stands: assessment.Publicity, logged: Stamp | None = None) -> Paper:
    """Return the public notice: the result of every class, until when and how to object, and where it stands in the log."""
    round_, one = found.round, stands.current
    blocks: list[Block] = []
    if one is not None:
        told = ngettext(
            "The result of this assessment is made public for {n} working day, until {day}.",
            "The result of this assessment is made public for {n} working days, until {day}.", one.days,
        ).format(n=one.days, day=date_format(one.until_on))  # fmt: skip
        blocks.append(Words([told]))
        if one.words:
            blocks.append(Words([one.words]))
    for klass, lines in _classes(found):
        blocks += [Heading(class_title(klass)), _table(lines)]
    if one is not None:
        told = ngettext(
            "Whoever does not agree objects in writing by that day, with reasons and evidence. Somebody who judged nothing of it "
            "answers with reasons within {n} working day.",
            "Whoever does not agree objects in writing by that day, with reasons and evidence. Somebody who judged nothing of it "
            "answers with reasons within {n} working days.", one.answer_days,
        ).format(n=one.answer_days)  # fmt: skip
        blocks += [Heading(_("Objections")), Words([told]), Sign(round_.committee.name, date_format(one.published_at))]
    if logged is not None:
        blocks.append(logged)
    title = _("Notice of the result: {title}").format(title=round_.title)
    return Paper(title, "", blocks, _foot(round_), official=True, facts=_about(round_))


def report(found: assessment.Grid, pages: Iterable[assessment.IndicatorsPage], decided: assessment.Decided) -> Paper:
    """Return the report of a round: each class with its result, its spread and its indicators, and what decided the grades."""
    blocks: list[Block] = []
    by_class = {page.klass: page for page in pages}
    for klass, lines in _classes(found):
        blocks += [Heading(class_title(klass)), Words([_summary(lines)]), *_grades(lines), *_spread(lines)]
        if page := by_class.get(klass):
            blocks += _indicators(page)
        blocks += [Heading(_("The result"), 2), _table(lines)]
    blocks += [Heading(_("From score to grade")), Words(_decided(decided)), Words([_check()], soft=True)]
    title = _("Report: {title}").format(title=found.round.title)
    return Paper(title, found.round.committee.name, blocks, _foot(found.round), facts=_about(found.round))


def _check() -> str:
    return _("Anybody can calculate this result again from the archive of the round: plumbline assess --verify FILE.")


def _summary(lines: list[assessment.ResultLine]) -> str:
    scores = [line.score for line in lines if line.score is not None]
    told = ngettext("{n} unit, {scored} of them scored", "{n} units, {scored} of them scored", len(lines))
    said = told.format(n=len(lines), scored=len(scores))
    if not scores:
        return said + _(".")
    mean = round(sum(scores) / len(scores))
    rest = _("; the highest score is {high}, the lowest {low}, the mean {mean}.")
    return said + rest.format(high=points(max(scores)), low=points(min(scores)), mean=points(mean))


def _grades(lines: list[assessment.ResultLine]) -> list[Block]:
    counts: dict[str, int] = {}
    for line in lines:
        if line.grade:
            counts[line.grade] = counts.get(line.grade, 0) + 1
    items = [(grade, float(n), _share(n, len(lines))) for grade, n in counts.items()]
    return [Heading(_("Grades"), 2), Bars(items, float(len(lines)))] if items else []


def _share(count: int, whole: int) -> str:
    return _("{n} ({share} %)").format(n=count, share=f"{100 * count / whole:.1f}")


def _spread(lines: list[assessment.ResultLine]) -> list[Block]:
    """Return how the scores spread, in ten steps between the lowest and the highest; nothing where all are equal."""
    scores = [line.score for line in lines if line.score is not None]
    low, high = min(scores, default=0), max(scores, default=0)
    if high == low:
        return []
    counts = [0] * BUCKETS
    for score in scores:
        counts[min(BUCKETS - 1, (score - low) * BUCKETS // (high - low))] += 1
    edges = [low + (high - low) * place // BUCKETS for place in range(BUCKETS + 1)]
    items = [
        (f"{points(edges[place])} – {points(edges[place + 1])}", float(n), str(n))
        for place, n in reversed(list(enumerate(counts)))
    ]  # fmt: skip
    return [Heading(_("How the scores spread"), 2), Bars(items, float(max(counts)))]


def _indicators(page: assessment.IndicatorsPage) -> list[Block]:
    shares = [
        (f"{line.code} {line.title}", line.mean, measure_words.percent(line.mean, 1))
        for line in page.lines
        if line.mean is not None
    ]
    blocks: list[Block] = [Heading(_("Mean share of the points, by indicator"), 2), Bars(shares, 1.0)] if shares else []
    told = measure_words.of_indicators(page)
    return [*blocks, Heading(_("What the indicators say"), 2), Words(told)] if told else blocks


def _decided(decided: assessment.Decided) -> list[str]:
    told = [_("The score alone decided the grade of {n} of {all} units.").format(n=decided.alone, all=decided.graded)]
    for title, moved in decided.steps:
        words = ngettext("{step}: the grade of {n} unit changed.", "{step}: the grades of {n} units changed.", moved)
        told.append(words.format(step=title, n=moved))
    return told


def unit_sheet(found: assessment.Explanation) -> Paper:
    """Return a unit's own sheet: its score and what makes it up, every rule with what was found, the way to its grade."""
    rank = (
        _("{rank} of {units}").format(rank=found.rank, units=found.class_size)
        if found.rank and found.class_size
        else "–"
    )
    facts = [
        (_("Class"), class_title(found.klass)),
        (_("Score"), _("{points} of {most}").format(points=exact(found.score), most=exact(found.maximum))),
        (_("Rank"), rank), (_("Grade"), found.grade or "–"), *_about(found.round),
    ]  # fmt: skip
    if found.profile:
        facts.insert(1, (_("Weights"), found.profile))
    blocks: list[Block] = []
    if found.parts:
        rows = [[_part_title(part), signed(part.points)] for part in found.parts]
        blocks += [Heading(_("What makes up the score")), Rows((_("Indicator"), _("Points")), rows, frozenset({1}))]
    if found.steps:
        blocks += [Heading(_("From score to grade")), Words([step.words for step in found.steps])]
    blocks.append(Heading(_("Every indicator")))
    blocks += [block for node in found.nodes for block in _node(node)]
    return Paper(found.unit_name, found.round.title, blocks, _foot(found.round), facts=facts)


def _part_title(part: assessment.Part) -> str:
    """Return a part of the score, with the points and the weight that make it up."""
    title = f"{part.code} {part.title}".strip()
    if part.weight is None:
        return title
    told = _("{title} ({points} × {weight})")
    return told.format(title=title, points=exact(part.applied), weight=weight(part.weight))


def _node(node: assessment.NodeView) -> list[Block]:
    had = _("{points} of {most}").format(points=exact(node.applied), most=exact(node.maximum))
    title = Heading(
        f"{node.text.code} {node.text.title} · {had if node.maximum is not None else exact(node.applied)}", 2
    )
    blocks: list[Block] = [title]
    if node.reason:
        blocks.append(Words([node.reason], soft=True))
    if node.rules:
        rows = [[view.text.words, view.found or "–", signed(view.applied), str(view.facts)] for view in node.rules]
        blocks.append(Rows((_("Rule"), _("What the rule found"), _("Points"), _("Facts")), rows, frozenset({2, 3})))
    return blocks
