"""A roster report as the page shows it: words of the reader's language, a page of rows at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from plumbline.organisation import api as organisation

TABLE_WORDS: Mapping[str, Promise] = {
    "organisations": _("Organisations"),
    "departments": _("Departments"),
    "members": _("Members"),
    "posts": _("Posts"),
    "terms": _("Terms of office"),
    "roles": _("Roles"),
}
VERB_WORDS: Mapping[str, Promise] = {
    "added": pgettext_lazy("roster", "added"),
    "changed": pgettext_lazy("roster", "changed"),
    "moved": pgettext_lazy("roster", "moved"),
    "closed": pgettext_lazy("roster", "closed"),
    "left": pgettext_lazy("roster", "left"),
}
VERB_LOOKS: Mapping[str, str] = {
    "added": "bg-green-lt",
    "changed": "bg-blue-lt",
    "moved": "bg-yellow-lt",
    "closed": "bg-red-lt",
    "left": "bg-red-lt",
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of one change, in words."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One record that is added or changed, in words."""

    table: Promise
    key: str
    name: str
    verb: Promise
    look: str
    row: int
    is_new: bool
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class ShownCount:
    """One line of the summary: how many records of one table each verb meets."""

    table: Promise
    numbers: Mapping[str, int]


def language() -> organisation.RosterLanguage:
    """Return the language in which words of the roster are shown."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def shown_counts(report: organisation.RosterReport) -> list[ShownCount]:
    """Return the summary, without tables that the file does not speak of."""
    return [ShownCount(TABLE_WORDS[table], row) for table, row in report.counts().items() if any(row.values())]


def shown_change(change: organisation.RosterChange) -> ShownChange:
    """Return one change in words."""
    columns = {column.field: column for column in organisation.roster_columns(change.table)}
    fields = tuple(
        ShownField(
            columns[item.field].heading(language()),
            _value(columns[item.field], item.old),
            _value(columns[item.field], item.new),
        )
        for item in change.fields
    )
    return ShownChange(
        table=TABLE_WORDS[change.table],
        key=" / ".join(part for part in change.key if part),
        name=change.name,
        verb=VERB_WORDS[change.verb],
        look=VERB_LOOKS[change.verb],
        row=change.row,
        is_new=change.verb == "added",
        fields=fields,
    )


def _value(column: Any, value: Any) -> str:
    said = organisation.shown_value(column, tuple(value) if isinstance(value, list) else value, language())
    return "—" if said is None else str(said)
