"""The lines of the tree as HTML.

Written here and not in a template: a change may draw 400 of them, for which the template engine takes fifteen times as long.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_LINE = '<li id="n{}" data-key="{}" class="pl-d{}"{}{}><a href="?node={}"{}><b>{}</b> {}</a>{}{}<span>{}</span></li>'
_NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the tree. ``mark`` is ``error``, ``warning`` or "", ``remarks`` how many were made."""

    key: int
    depth: int
    code: str
    title: str
    points: str
    mark: str
    remarks: int


def lines(rows: Iterable[TreeRow], *, chosen: int | None, may_edit: bool, oob: bool = False) -> SafeString:
    """Return lines; ``chosen`` is marked as the present one, ``oob`` lets htmx put each in the place of its old one."""
    drag = SafeString(' draggable="true"') if may_edit else _NOTHING
    swap = SafeString(' hx-swap-oob="true"') if oob else _NOTHING
    marks = {
        "": _NOTHING,
        "error": _mark("pl-error", _("to mend"), "✕"),
        "warning": _mark("pl-warning", _("please look"), "!"),
    }
    here = SafeString(' aria-current="true"')
    return format_html_join(
        "",
        _LINE,
        (
            (
                row.key, row.key, row.depth, drag, swap, row.key, here if row.key == chosen else _NOTHING, row.code or "–",
                row.title or "…", _said(row.remarks), marks[row.mark], row.points,
            )
            for row in rows
        ),
    )  # fmt: skip


def _mark(name: str, words: str, sign: str) -> SafeString:
    return format_html(
        '<em class="{}" title="{}">{}<span class="visually-hidden">{}</span></em>', name, words, sign, words
    )


def _said(count: int) -> SafeString:
    if not count:
        return _NOTHING
    return format_html("<i>{}</i>", ngettext("{n} remark", "{n} remarks", count).format(n=count))
