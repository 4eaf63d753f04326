"""Changing the catalogue: entries, versions with days of effect, and what ships."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.models import Obligation, Rhythm, RhythmVersion
from plumbline.obligation.permissions import check_change_rhythms
from plumbline.obligation.queries.catalogue import (
    attributes_of_kinds,
    fields_of,
    requirement_of,
    shipped_rhythms,
)
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.rhythms import Requirement, check_overlap, check_requirement


@dataclass(frozen=True, slots=True)
class RhythmEntry:
    """An entry of the catalogue apart from its versions."""

    code: str
    name: str
    about: str = ""
    position: int = 100


@transaction.atomic
def add_rhythm(*, by: Actor, at: datetime, entry: RhythmEntry, asked: Requirement, is_shipped: bool = False) -> Rhythm:
    """Add an entry with its first version, and return it.

    Raises NotPermitted; Refused where the code is taken or the version cannot be.
    """
    check_change_rhythms(by)
    _check_entry(entry)
    check_requirement(asked, attributes_of_kinds())
    if Rhythm.objects.filter(code=entry.code).exists():
        raise Refused(_("There is a rule with the code “{code}” already.").format(code=entry.code), "code")
    rhythm = Rhythm.objects.create(
        code=entry.code, name=entry.name.strip(), about=entry.about.strip(), position=entry.position,
        is_shipped=is_shipped,
    )  # fmt: skip
    version = RhythmVersion.objects.create(rhythm=rhythm, **fields_of(asked))
    new = {"name": rhythm.name, "version": _told(version)}
    audit.record(by=by, at=at, action="obligation.add_rhythm", subject=f"rhythm:{rhythm.pk}", new=new)
    return rhythm


def _check_entry(entry: RhythmEntry) -> None:
    if not entry.name.strip():
        raise Refused(_("Give the rule a name."), "name")
    if not entry.code.replace("_", "").isalnum() or not entry.code.isascii() or len(entry.code) > 40:
        raise Refused(_("The code is up to 40 letters, digits and low lines, without blanks."), "code")


@transaction.atomic
def change_rhythm(*, by: Actor, at: datetime, rhythm_id: int, name: str, about: str, position: int) -> Rhythm:
    """Change what an entry is called, how it is explained and where it stands; its code and versions stay.

    Raises NotPermitted (also where there is none), Refused without a name.
    """
    rhythm = _held(by, rhythm_id)
    _check_entry(RhythmEntry(rhythm.code, name))
    old = {"name": rhythm.name, "about": rhythm.about, "position": rhythm.position}
    rhythm.name, rhythm.about, rhythm.position = name.strip(), about.strip(), position
    rhythm.save()
    new = {"name": rhythm.name, "about": rhythm.about, "position": position}
    audit.record(by=by, at=at, action="obligation.change_rhythm", subject=f"rhythm:{rhythm_id}", old=old, new=new)
    return rhythm


@transaction.atomic
def add_version(
    *, by: Actor, at: datetime, rhythm_id: int, asked: Requirement, ends_previous: bool = False
) -> RhythmVersion:
    """Add a version to an entry, and return it. ``ends_previous`` ends one without an end on the day this one begins.

    Raises NotPermitted; Refused where it cannot be, begins before today although the rule was planned for days before,
    or shares a day with another version: told in words, and refused by the database as well.
    """
    rhythm = _held(by, rhythm_id)
    check_requirement(asked, attributes_of_kinds())
    _check_future(rhythm, asked.starts_on, clock.day_of(at))
    if ends_previous:
        _end_open(by, at, rhythm, asked.starts_on)
    check_overlap(asked, rhythm.versions.values_list("starts_on", "ends_on"))
    version = _saved(RhythmVersion(rhythm=rhythm, **fields_of(asked)))
    audit.record(
        by=by, at=at, action="obligation.add_version", subject=f"rhythm:{rhythm_id}", new=_told(version)
    )  # fmt: skip
    return version


def _end_open(by: Actor, at: datetime, rhythm: Rhythm, on: date) -> None:
    """End the version without an end, if there is one that began before."""
    open_ = rhythm.versions.filter(ends_on=None, starts_on__lt=on).first()
    if open_ is None:
        return
    open_.ends_on = on
    open_.save(update_fields=["ends_on"])
    audit.record(
        by=by, at=at, action="obligation.end_version", subject=f"rhythm:{rhythm.pk}", old={"ends_on": None},
        new={"version": open_.pk, "ends_on": on.isoformat()},
    )  # fmt: skip


def _check_future(rhythm: Rhythm, day: date, today: date) -> None:
    """Refuse a change of days that are past where something was planned for them: the past stays as it was."""
    if day < today and Obligation.objects.filter(rhythm=rhythm, due_on__gte=day, due_on__lt=today).exists():
        told = _("Work was already due under this rule before today; a new version begins today or later.")
        raise Refused(told, "starts_on")


def _saved(version: RhythmVersion) -> RhythmVersion:
    """Save a version; of two added at once the database lets one through, and the other is told."""
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        if "rhythm_versions_do_not_overlap" not in str(error):
            raise
        told = _("Another version of this rule was saved for some of these days a moment ago: look at the list again.")
        raise Refused(told, "starts_on") from error
    return version


@transaction.atomic
def change_version(*, by: Actor, at: datetime, version_id: int, asked: Requirement) -> RhythmVersion:
    """Change a version that is not yet in force, or end one that is; return it.

    Of a version in force only the end may change, to a day from today on. Raises NotPermitted, Refused.
    """
    version = _held_version(by, version_id)
    old, today = requirement_of(version), clock.day_of(at)
    check_requirement(asked, attributes_of_kinds())
    if version.starts_on <= today and replace(asked, ends_on=old.ends_on) != old:
        told = _(
            "This version is in force: only its end can be changed. Add a new version for what is to be asked then."
        )
        raise Refused(told, "starts_on")
    if version.starts_on <= today and asked.ends_on is not None:
        _check_future(version.rhythm, asked.ends_on, today)
    others = version.rhythm.versions.exclude(pk=version.pk).values_list("starts_on", "ends_on")
    check_overlap(asked, others)
    before = _told(version)
    for name, value in fields_of(asked).items():
        setattr(version, name, value)
    _saved(version)
    audit.record(
        by=by, at=at, action="obligation.change_version", subject=f"rhythm:{version.rhythm_id}", old=before,
        new=_told(version),
    )  # fmt: skip
    return version


@transaction.atomic
def remove_version(*, by: Actor, at: datetime, version_id: int) -> None:
    """Take a version away by which nothing was planned yet. Raises NotPermitted, Refused."""
    version = _held_version(by, version_id)
    if Obligation.objects.filter(version=version).exists():
        raise Refused(_("Work was planned by this version: end it instead."), "starts_on")
    audit.record(
        by=by, at=at, action="obligation.remove_version", subject=f"rhythm:{version.rhythm_id}", old=_told(version)
    )
    version.delete()


@transaction.atomic
def take_shipped(*, by: Actor, at: datetime, starts_on: date, codes: Sequence[str] | None = None) -> list[Rhythm]:
    """Take the shipped catalogue, or the entries with these codes, in force from a day; those that stand already stay.

    Return the new entries. Raises NotPermitted.
    """
    check_change_rhythms(by)
    standing = set(Rhythm.objects.values_list("code", flat=True))
    made = []
    for place, shipped in enumerate(shipped_rhythms(), start=1):
        if shipped.code in standing or (codes is not None and shipped.code not in codes):
            continue
        entry = RhythmEntry(shipped.code, shipped.name, shipped.about, place)
        asked = shipped.requirement(starts_on)
        made.append(add_rhythm(by=by, at=at, entry=entry, asked=asked, is_shipped=True))
    return made


def _held(by: Actor, rhythm_id: int) -> Rhythm:
    """Return an entry, locked: two who change its versions come one after the other."""
    check_change_rhythms(by, f"rhythm:{rhythm_id}")
    rhythm = Rhythm.objects.select_for_update().filter(pk=rhythm_id).first()
    if rhythm is None:
        raise NotPermitted("obligation.change_rhythms", f"rhythm:{rhythm_id}")
    return rhythm


def _held_version(by: Actor, version_id: int) -> RhythmVersion:
    check_change_rhythms(by, f"rhythm_version:{version_id}")
    version = RhythmVersion.objects.select_related("rhythm").filter(pk=version_id).first()
    if version is None:
        raise NotPermitted("obligation.change_rhythms", f"rhythm_version:{version_id}")
    version.rhythm = _held(by, version.rhythm_id)
    return version


def _told(version: RhythmVersion) -> dict[str, Any]:
    """Return a version as the audit keeps it."""
    return {
        name: value for name, value in fields_of(requirement_of(version)).items() if value not in ("", [], {}, None)
    }
