"""Files of what a round leaves for the next year: the rectification list and the targets as Excel."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment.documents import excel_file
from plumbline.web.templatetags.points import plain


def rectification_excel(round_: Any, rows: Iterable[assessment.ItemRow]) -> HttpResponse:
    """Return the rectification list: one line an item, with cause, owner, day and state."""
    headers = [
        _("number"), _("code"), _("unit"), _("indicator"), _("what is asked for"), _("what was found"), _("points lost"),
        _("facts"), _("state"), _("late"), _("owner"), _("post"), _("to be mended by"), _("how it will be mended"),
        _("what was done"), _("reason"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            row.item.pk, row.item.unit.code, row.item.unit.name, row.title, row.asked, row.found, plain(row.item.lost),
            row.facts, str(row.item.get_state_display()), _("late") if row.late else "",
            str(row.item.owner) if row.item.owner else "", row.item.owner_post, row.item.due_on, row.item.measure,
            row.item.report, row.item.reason,
        ]
        for row in rows
    ]  # fmt: skip
    content = sheets.write_workbook([sheets.Sheet(_("rectification list"), headers, lines)])
    return excel_file(content, f"{round_.title} {_('rectification list')}.xlsx")


def targets_excel(round_: Any, rows: Iterable[assessment.TargetRow]) -> HttpResponse:
    """Return the targets of a round: one line a unit and indicator, with what the suggestion was taken from."""
    headers = [
        _("code"), _("unit"), _("indicator"), _("most points"), _("reached"), _("median"), _("upper quartile"),
        _("best"), _("suggested"), _("why"), _("target"), _("reason"), _("accepted"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            row.target.unit.code, row.target.unit.name, row.title, plain(row.maximum), plain(row.own),
            *(plain(row.target.basis[name]) for name in ("median", "upper", "best")), plain(row.target.suggested),
            row.why, plain(row.target.value), row.target.reason, row.target.accepted_at,
        ]
        for row in rows
    ]  # fmt: skip
    content = sheets.write_workbook([sheets.Sheet(_("targets"), headers, lines)])
    return excel_file(content, f"{round_.title} {_('targets')}.xlsx")
