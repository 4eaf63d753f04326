"""The catalogue of required rhythms: what stands in it, what ships, and its versions as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Rhythm, RhythmVersion
from plumbline.obligation.permissions import check_read_rhythms
from plumbline.obligation.rules.planning import Asked
from plumbline.obligation.rules.rhythm_words import sentence
from plumbline.obligation.rules.rhythms import Requirement

_LISTS = ("organisation_kinds", "statuses", "post_codes", "except_posts", "exempt_reasons")
_PLAIN = (
    "starts_on", "ends_on", "subject", "period", "from_month", "due_rule", "due_number", "due_weekday", "shift",
    "warn_days", "grace_days", "least_days", "is_prorated", "fact_kind", "measure", "needed", "url", "basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version with the sentence that says it; ``state`` is past, now or future."""

    version: RhythmVersion
    asked: Requirement
    sentence: str
    state: str


@dataclass(frozen=True, slots=True)
class RhythmRow:
    """One entry of the catalogue with the version in force on a day, or the next one, or the last."""

    rhythm: Rhythm
    current: VersionRow | None
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class ShippedRhythm:
    """An entry of the shipped catalogue, in the reader's language."""

    code: str
    name: str
    about: str
    values: Mapping[str, Any]

    def requirement(self, starts_on: date) -> Requirement:
        """Return what it asks from a day on."""
        return Requirement(starts_on=starts_on, **self.values)


def requirement_of(version: RhythmVersion) -> Requirement:
    """Return what a version asks, as a value."""
    values: dict[str, Any] = {name: tuple(getattr(version, name)) for name in _LISTS}
    values |= {name: getattr(version, name) for name in _PLAIN}
    where = {name: tuple(allowed) for name, allowed in version.where.items()}
    return Requirement(**values, where=where, term_years=dict(version.term_years))


def fields_of(asked: Requirement) -> dict[str, Any]:
    """Return the fields of a row that says the same."""
    lists = {name: list(getattr(asked, name)) for name in _LISTS}
    where = {name: list(values) for name, values in asked.where.items()}
    return (
        {name: getattr(asked, name) for name in _PLAIN} | lists | {"where": where, "term_years": dict(asked.term_years)}
    )


def asked_of(version: RhythmVersion) -> Asked:
    """Return a version as planning asks for it."""
    sets = {name: frozenset(getattr(version, name)) for name in _LISTS}
    return Asked(
        id=version.pk, rhythm_id=version.rhythm_id, starts_on=version.starts_on, ends_on=version.ends_on,
        subject=version.subject, timing=requirement_of(version).timing, term_years=dict(version.term_years),
        least_days=version.least_days, is_prorated=version.is_prorated, needed=version.needed, **sets,
    )  # fmt: skip


def attributes_of_kinds() -> dict[str, frozenset[str]]:
    """Return the names of the attributes of every fact kind, by code."""
    return {kind.code: frozenset(one.name for one in kind.attributes) for kind in ledger.kinds()}


def rhythm_rows(actor: Actor, on: date) -> list[RhythmRow]:
    """Return the catalogue in its order; three SQL statements. Raises NotPermitted for who leads and checks nothing."""
    check_read_rhythms(actor)
    kinds = {kind.code: kind for kind in ledger.kinds()}
    rhythms = Rhythm.objects.prefetch_related("versions")
    return [_row(rhythm, list(rhythm.versions.all()), kinds, on) for rhythm in rhythms]


def rhythm_for(actor: Actor, rhythm_id: int, on: date) -> RhythmRow:
    """Return one entry with its versions, the newest first. Raises NotPermitted, also where there is none."""
    check_read_rhythms(actor)
    rhythm = Rhythm.objects.filter(pk=rhythm_id).first()
    if rhythm is None:
        raise NotPermitted("obligation.read_rhythms", f"rhythm:{rhythm_id}")
    kinds = {kind.code: kind for kind in ledger.kinds()}
    return _row(rhythm, list(rhythm.versions.all()), kinds, on)


def _row(rhythm: Rhythm, versions: Iterable[RhythmVersion], kinds: Mapping[str, Any], on: date) -> RhythmRow:
    rows = sorted(
        (_version_row(rhythm, version, kinds, on) for version in versions),
        key=lambda row: row.asked.starts_on, reverse=True,
    )  # fmt: skip
    now = next((row for row in rows if row.state == "now"), None)
    coming = [row for row in rows if row.state == "future"]
    current = now or (coming[-1] if coming else None) or (rows[0] if rows else None)
    return RhythmRow(rhythm, current, tuple(rows))


def _version_row(rhythm: Rhythm, version: RhythmVersion, kinds: Mapping[str, Any], on: date) -> VersionRow:
    asked = requirement_of(version)
    state = "future" if on < asked.starts_on else "past" if asked.ends_on and asked.ends_on <= on else "now"
    return VersionRow(version, asked, sentence(asked, rhythm.name, amount_words(asked, kinds)), state)


def amount_words(asked: Requirement, kinds: Mapping[str, Any]) -> str:
    """Return how much is needed in the words of the fact kind: "4 meetings", "1920 minutes"; "" where once is enough."""
    kind = kinds.get(asked.fact_kind)
    if kind is None or asked.needed == 10 ** (0 if asked.measure == "count" else kind.places):
        return ""
    if asked.measure == "count":
        return f"{asked.needed} × {kind.name}"
    return f"{ledger.format_scaled(asked.needed, kind.places)} {kind.entered_in}"


def shipped_rhythms() -> list[ShippedRhythm]:
    """Return what ships, in the reader's language and the catalogue's order."""
    language = (get_language() or "en").lower()
    wanted = "zh" if language.startswith("zh") else "en"
    return [_shipped(entry, wanted) for entry in _read()]


def _shipped(entry: Mapping[str, Any], language: str) -> ShippedRhythm:
    said = {name: entry[name][language] for name in ("name", "about", "basis")}
    values = {name: value for name, value in entry.items() if name not in ("code", "name", "about")}
    values |= {name: tuple(values[name]) for name in _LISTS if name in values}
    values["where"] = {name: tuple(allowed) for name, allowed in values.get("where", {}).items()}
    return ShippedRhythm(entry["code"], said["name"], said["about"], {**values, "basis": said["basis"]})


@cache
def _read() -> tuple[Mapping[str, Any], ...]:
    text = (resources.files("plumbline.obligation") / "data" / "rhythms.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))
