"""Workbooks of the groups of evaluators: the template to be filled in, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment import groups_words
from plumbline.web.assessment.documents import excel_file, imprint_sheet
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import plain


def template_excel(page: assessment.EvaluatorsPage, group: assessment.EvaluatorGroup) -> HttpResponse:
    """Return the template of the chosen group, with what has come in already: a correction begins where that ended."""
    columns = assessment.rank_columns(page.round) if group.ranks else group.columns
    rows = [
        [one.code, one.name, one.count.asked, *(one.count.by_option.get(option) or None for option in columns)]
        for one in page.units
    ]
    headers = [_("unit code"), _("unit"), _("asked"), *columns]
    name = _("{title} – votes {group}.xlsx").format(title=page.round.title, group=group.code.replace("/", "-"))
    return excel_file(sheets.write_workbook([sheets.Sheet(_("votes"), headers, rows)]), name)


def groups_excel(page: assessment.EvaluatorsPage, every: list[assessment.EvaluatorsPage]) -> HttpResponse:
    """Return all groups, a sheet each; what is private stays out here too."""
    sheets_ = [_sheet(one, line.group.code) for one, line in zip(every, page.groups, strict=True)]
    name = _("{title} – evaluators.xlsx").format(title=page.round.title)
    return excel_file(sheets.write_workbook([*sheets_, imprint_sheet(page.round)]), name)


def _sheet(page: assessment.EvaluatorsPage, code: str) -> sheets.Sheet:
    headers = [_("class"), _("unit code"), _("unit"), _("asked"), _("answered"), *page.options]
    headers += [_("to be noticed"), _("points of the group"), _("brings to the whole")]
    rows: list[list[Any]] = []
    for one in page.units:
        row: list[Any] = [class_title(one.klass), one.code, one.name, one.count.asked]
        if one.count.is_private:
            few = _("fewer than {n}").format(n=assessment.PRIVATE)
            rows.append([*row, few, *([None] * len(page.options)), groups_words.flag(one.flag), None, None])
            continue
        numbers = [one.count.by_option.get(option, 0) for option in page.options]
        worth = [None if value is None else plain(value) for value in (one.points, one.weighted)]
        rows.append([*row, one.count.answers, *numbers, groups_words.flag(one.flag), *worth])
    return sheets.Sheet(code.replace("/", "-").replace(":", "-"), headers, rows)
