"""Files of meetings: the list as Excel, and the minutes book as a paper (PDF and Word)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel import sheets
from plumbline.meeting import api as meeting
from plumbline.web.assessment.documents import excel_file
from plumbline.web.assessment.paper import Block, Heading, Paper, Rows, Sign, Words

MOST_ROWS = 20_000


def meetings_excel(rows: Iterable[Any]) -> HttpResponse:
    """Return the list of meetings: one line a meeting; words of the minutes are not in it."""
    names = meeting.kind_names()
    headers = [
        _("number"), _("code"), _("organisation"), _("date"), _("begins"), _("kind"), _("topic"), _("place"),
        _("minutes"), _("came"), _("state"), _("version"), _("lacks"), _("chair"), _("recorder"), _("reason"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            one.pk, one.unit.code, one.unit.name, one.held_on, timezone.localtime(one.starts_at).strftime("%H:%M"),
            " + ".join(names.get(code, code) for code in (one.kind, *one.also)), one.title, one.place, one.minutes,
            one.came, str(one.get_state_display()), one.version, ", ".join(meeting.lack_words(one.lacks)),
            str(one.chair or ""), str(one.recorder or ""), one.reason,
        ]
        for one in rows
    ]  # fmt: skip
    content = sheets.write_workbook([sheets.Sheet(_("meetings"), headers, lines)])
    return excel_file(content, f"{_('meetings')}.xlsx")


def book_paper(book: meeting.Book) -> Paper:
    """Return the minutes book of an organisation and year: a list of contents, then each record as it was filed."""
    title = _("Minutes book {year}").format(year=book.year)
    blocks: list[Block] = []
    if not book.entries:
        blocks.append(Words([_("No record of this year is filed.")]))
    else:
        rows = [
            [str(place), _day(one), one.held.names, one.held.meeting.title] for place, one in enumerate(book.entries, 1)
        ]
        blocks += [Heading(_("Contents")), Rows((_("No."), _("Date"), _("Kind"), _("Topic")), rows, frozenset({0}))]
    for place, one in enumerate(book.entries, 1):
        blocks += _entry(place, one, book.names)
    return Paper(title, book.unit.name, blocks, f"{book.unit.name} {book.year}")


def _day(entry: meeting.BookEntry) -> str:
    return date_format(entry.held.meeting.held_on)


def _entry(place: int, entry: meeting.BookEntry, names: Mapping[str, str]) -> list[Block]:
    document = entry.version.document
    heading = f"{place}. {_day(entry)} {entry.held.names}"
    blocks: list[Block] = [Heading(heading), Rows(("", ""), _about(entry, names))]
    if document["agenda"]:
        blocks += [Heading(_("Agenda"), 2), Words(list(document["agenda"]))]
    record = meeting.from_document(document["record"])
    for code, label in meeting.TEXTS.items():
        if record.texts.get(code):
            blocks += [Heading(str(label), 2), Words(record.texts[code].splitlines())]
    if record.speeches:
        said = [[one.who, one.points] for one in record.speeches]
        blocks += [Heading(_("Key points of speeches"), 2), Rows((_("Speaker"), _("Points made")), said)]
    if record.resolutions:
        blocks += [Heading(_("Resolutions"), 2), _resolutions(record, document["decided"])]
    signed = _("Chair: {chair}  Recorder: {recorder}").format(
        chair=names.get(document["chair"], "–"), recorder=names.get(document["recorder"], "–")
    )
    blocks.append(Sign(signed, date_format(entry.version.filed_at)))
    return blocks


def _about(entry: meeting.BookEntry, names: Mapping[str, str]) -> list[list[str]]:
    """Return time, place and attendance of a record; who was absent or late with the reason."""
    document, numbers = entry.version.document, entry.version.document["quorum"]
    begun = parse_datetime(document["starts_at"])
    when = timezone.localtime(begun).strftime("%Y-%m-%d %H:%M") if begun else ""
    came = _("{came} of {expected} expected; {present} of {entitled} entitled to vote").format(**numbers)
    if numbers["needed"] is not None:
        came += _(", {needed} needed").format(**numbers)
    rows = [
        [_("Topic"), document["title"]],
        [_("Time"), when],
        [_("Place"), document["place"] or "–"],
        [_("Attendance"), came],
    ]
    for presence, label in (("late", _("Late")), ("absent", _("Absent"))):
        listed = [_person(one, names) for one in document["attendance"] if one["presence"] == presence]
        if listed:
            rows.append([label, _(", ").join(listed)])
    if numbers["excluded"]:
        rows.append([_("Not counted"), _(", ").join(f"{words} {count}" for words, count in numbers["excluded"])])
    if document["guests"]:
        rows.append([_("Guests"), _(", ").join(f"{klass} {count}" for klass, count in document["guests"])])
    if entry.version.number > 1:
        rows.append([_("Correction"), f"{entry.version.number}: {entry.version.reason}"])
    return rows


def _person(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    name = names.get(one["member"], one["member"])
    return _("{name} ({reason})").format(name=name, reason=one["reason"]) if one["reason"] else name


def _resolutions(record: meeting.Record, decided: list[Mapping[str, Any]]) -> Rows:
    rows = []
    for one, came in zip(record.resolutions, decided, strict=True):
        result = {True: _("passed"), False: _("not passed"), None: "–"}[came["passed"]]
        rows.append([one.text, str(one.ayes), str(one.noes), str(one.abstentions), result])
    headers = (_("Resolution"), _("For"), _("Against"), _("Abstained"), _("Result"))
    return Rows(headers, rows, frozenset({1, 2, 3}))
