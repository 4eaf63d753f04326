"""Duties as a workbook: a row for each, by the six questions."""

from collections.abc import Iterable
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plumbline.kernel import sheets
from plumbline.obligation import api as obligation
from plumbline.responsibility import api as responsibility
from plumbline.web.assessment.documents import excel_file


def duties_workbook(rows: Iterable[responsibility.DutyRow], *, on: date) -> HttpResponse:
    """Return duties as an Excel file, with what is attained and the light of the day."""
    heads = [
        _("Reference"), pgettext("duty", "Line"), _("What"), _("Why"), _("Unit"), pgettext("duty", "Who"), _("Post"),
        _("From"), _("By when"), _("How"), _("To what extent"), _("So far"), _("Attained %"), _("Steps done"), _("State"),
        _("Light"), _("Points"), _("Serves the business aim"),
    ]  # fmt: skip
    lines = [
        [
            row.duty.ref, str(row.duty.get_line_display()), row.duty.title, row.duty.why, row.duty.unit.name,
            str(row.duty.owner.member) if row.duty.owner else _("the secretary of the unit"),
            row.duty.owner.post.title if row.duty.owner else "", row.duty.starts_on, row.duty.due_on, row.duty.how,
            row.extent, row.so_far, "" if row.attained.basis is None else row.attained.basis / 100,
            f"{row.steps_done}/{row.steps}" if row.steps else "", str(row.duty.get_state_display()),
            str(obligation.COLOUR_NAMES[row.light.colour]),
            "" if row.duty.points_micro is None else row.duty.points_micro / 1_000_000,
            row.duty.serves.title if row.duty.serves else "",
        ]
        for row in rows
    ]  # fmt: skip
    made = sheets.write_workbook([sheets.Sheet(pgettext("work", "Duties"), heads, lines)])
    return excel_file(made, f"duties-{on:%Y-%m-%d}.xlsx")
