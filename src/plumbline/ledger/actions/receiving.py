"""Taking in a file of facts at the level above: looked at first, units matched, then all of it or nothing, and once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, jobs
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.actions.bulk import insert_facts
from plumbline.ledger.actions.corrections import superseding
from plumbline.ledger.actions.passing_up import PASSED_UP, PassingRefused
from plumbline.ledger.actions.posting import hold_senders
from plumbline.ledger.models import Fact, OutboxEntry, PassedFact, PassedFile, PassedStatus
from plumbline.ledger.permissions import check_pass_facts
from plumbline.ledger.queries.facts import standings
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.queries.received import newest_of, passed_before, scope_of, suggested_mapping
from plumbline.ledger.queries.registries import LockKey, lock_warnings
from plumbline.ledger.queries.units import all_units
from plumbline.ledger.rules.checks import FactDraft, Standing, check_draft
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.ledger.rules.matching import content_of
from plumbline.ledger.rules.passing import PassedDocument, PassedKind, PassedRecord, read
from plumbline.ledger.rules.passing_plan import Passed, Step, gone, overlaps, step_of

LARGEST_FILE: Final = 100 * 1024 * 1024
LEFT_OUT: Final = 0


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Something wrong in a file: the line (0: the file as a whole) and why."""

    line: int
    message: str


@dataclass(slots=True)
class Intake:
    """What taking a file in would do, or did: how many facts of each step, everything wrong, and what comes too late."""

    counts: dict[Step, int] = field(default_factory=dict)
    problems: list[LineProblem] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    @property
    def may_add(self) -> bool:
        """True where nothing stands in the way of adding it."""
        return not self.problems and not self.unmatched


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line to be written: the record, where it belongs here, and what it does."""

    line: int
    record: PassedRecord
    unit_id: int
    step: Step
    attributes: dict[str, Any]


def begin_intake(*, by: Actor, at: datetime, sender_unit_id: int, name: str, content: bytes) -> PassedFile:
    """Keep a file that was passed up, after checking every byte of it, with its units matched by code.

    ``sender_unit_id`` is the unit here whose committee sent it. Raises NotPermitted, PassedDamaged naming the line,
    PassingRefused for an empty or too large file.
    """
    sender = all_units().filter(pk=sender_unit_id).first()
    if sender is None:
        raise NotPermitted("ledger.receive", f"unit:{sender_unit_id}")
    check_pass_facts(by, sender.path, "ledger.receive")
    if not content:
        raise PassingRefused(_("The file is empty (0 bytes)."), field="file")
    if len(content) > LARGEST_FILE:
        raise PassingRefused(_("The file is larger than %d MB.") % (LARGEST_FILE // 1024 // 1024), field="file")
    document = read(content)
    with transaction.atomic():
        file = PassedFile.objects.create(
            name=name.replace("\x00", "")[-150:], content=content, fingerprint=document.fingerprint,
            header=document.header.model_dump(mode="json"), sender_unit=sender,
            mapping=suggested_mapping(sender, [unit.code for unit in document.units]), created_by=by.pseudonym,
            created_at=at,
        )  # fmt: skip
        said = {"file": file.name, "fingerprint": file.fingerprint, "facts": len(document.facts)}
        audit.record(by=by, at=at, action="ledger.begin_intake", subject=f"passed:{file.pk}", new=said)
    return file


@transaction.atomic
def match_units(*, by: Actor, at: datetime, file_id: int, mapping: Mapping[str, int]) -> PassedFile:
    """Say which units here the sender's codes mean, 0 to leave a unit out, and return the file.

    Raises NotPermitted, PassingRefused (added already; a code that the file does not have; a unit that is not the sender's;
    two codes that mean one unit).
    """
    file = _held(by, file_id)
    codes = {unit.code for unit in read(bytes(file.content or b"")).units}
    strange = sorted(set(mapping) - codes)
    if strange:
        raise PassingRefused(_("The file has no unit %(code)s.") % {"code": strange[0]})
    whole: dict[str, int] = {**file.mapping, **mapping}
    chosen = [unit_id for unit_id in whole.values() if unit_id != LEFT_OUT]
    if len(set(chosen)) != len(chosen):
        raise PassingRefused(_("Two codes of the file mean the same unit here."))
    inside = all_units().filter(pk__in=chosen, path__startswith=file.sender_unit.path)
    if inside.count() != len(chosen):
        raise PassingRefused(_("Choose only units that stand under the one that passed the file up."))
    old, file.mapping = file.mapping, whole
    file.save(update_fields=["mapping"])
    audit.record(
        by=by, at=at, action="ledger.match_units", subject=f"passed:{file.pk}", old={"units": old}, new={"units": whole}
    )
    return file


def examine_intake(*, by: Actor, at: datetime, file_id: int) -> Intake:
    """Say what adding a file would do, and everything that is wrong with it, by line; nothing is written.

    Raises NotPermitted, PassingRefused where it was added already.
    """
    with transaction.atomic():
        file = _held(by, file_id)
        return _look(file, at)[0]


ADD_INTAKE: Final = "ledger.add_intake"
AT_ONCE: Final = 200_000
"""Bytes of a file that is added while the reader waits: some hundred facts."""
Progress = Callable[[int, int, str], None]


def is_small(file: PassedFile) -> bool:
    """True where a file is added within a request; a larger one is added as a job."""
    return len(file.content or b"") <= AT_ONCE


def start_intake(*, by: Actor, at: datetime, file_id: int, url: str) -> jobs.Job:
    """Add a large file as a job with progress; ``url`` is offered when it is done.

    Raises NotPermitted, PassingRefused where it was added already, jobs.AlreadyRunning where it is being added.
    """
    with transaction.atomic():
        _held(by, file_id)
        return jobs.start(
            kind=ADD_INTAKE, by=by, at=at, params={"file": file_id, "url": url}, exclusive_key=f"{ADD_INTAKE}:{file_id}"
        )


def _silently(_done: int, _total: int, _words: str) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def add_intake(*, by: Actor, at: datetime, file_id: int, progress: Progress = _silently) -> Intake:
    """Add the facts of a file, all or none, and say what was done.

    What the sender passed up before under a key is corrected where it differs, withdrawn where the file no longer holds it
    within what it states, and brought back where it had gone: facts supersede facts, nothing is changed. Raises
    NotPermitted, PassingRefused (added already, problems, units that are not matched).
    """
    file = _held(by, file_id)
    hold_senders([FactDraft("", 0, clock.day_of(at), sender=_sender(file), sender_key="all")])
    progress(0, 3, _("checking every line"))
    intake, entries, taken = _look(file, at)
    if not intake.may_add:
        raise PassingRefused(_("The file has errors, or units that are not matched. Nothing was added."))
    progress(1, 3, _("writing the facts"))
    stored = insert_facts(_rows(by, at, file, entries, taken))
    PassedFact.objects.bulk_create(_provenance(file, entries, taken, stored), batch_size=5_000)
    progress(2, 3, _("looking for what comes too late"))
    keys = [LockKey(fact.unit_id, fact.kind, fact.occurred_on) for fact in stored]
    late = {text for found in lock_warnings(keys).values() for text in found}
    intake.warnings = (*intake.warnings, *sorted(late))
    file.status, file.finished_at, file.content = PassedStatus.DONE.value, at, None
    file.counts = dict(intake.counts)
    file.save()
    said: dict[str, Any] = {"file": file.name, "fingerprint": file.fingerprint, **file.counts}
    audit.record(by=by, at=at, action="ledger.receive", subject=f"passed:{file.pk}", new=said)
    return intake


@transaction.atomic
def drop_intake(*, by: Actor, at: datetime, file_id: int) -> None:
    """Throw a file away that was not added. Raises NotPermitted, PassingRefused where it was added."""
    file = _held(by, file_id)
    audit.record(by=by, at=at, action="ledger.drop_intake", subject=f"passed:{file.pk}", old={"file": file.name})
    file.delete()


def _held(by: Actor, file_id: int) -> PassedFile:
    rows = PassedFile.objects.select_for_update(of=("self",)).select_related("sender_unit")
    file = rows.filter(pk=file_id).first()
    if file is None:
        raise NotPermitted("ledger.receive", f"passed:{file_id}")
    check_pass_facts(by, file.sender_unit.path, "ledger.receive")
    if file.status == PassedStatus.DONE:
        raise PassingRefused(_("This file was added already. Nothing was added twice."))
    return file


def _sender(file: PassedFile) -> str:
    return f"passed:{file.sender_unit_id}"


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything about the ledger that a file is held against."""

    specs: Mapping[str, FactKindSpec]
    units: Mapping[int, Standing]
    before: Mapping[str, Passed]
    at: datetime


def _look(file: PassedFile, at: datetime) -> tuple[Intake, list[_Entry], list[str]]:
    """Return what the file does, its entries that write something, and the keys that it takes away."""
    document = read(bytes(file.content or b""))
    used = {record.unit for _line, record in document.facts}
    intake = Intake(unmatched=tuple(sorted(used - set(file.mapping))))
    intake.problems += [*_file_problems(file, document), *_kind_problems(document.kinds)]
    before = passed_before(file.sender_unit_id)
    known = _Known(kinds_by_code(), standings(list(file.mapping.values())), before, at)
    entries: list[_Entry] = []
    blocked = {kind.code for kind in document.kinds if _kind_problem(kind, known.specs.get(kind.code))}
    for line, record in document.facts:
        unit_id = file.mapping.get(record.unit)
        if unit_id == LEFT_OUT:
            intake.counts["left_out"] = intake.counts.get("left_out", 0) + 1
        elif unit_id is not None and record.kind not in blocked:
            entries += _entry(intake, line, record, unit_id, known)
    taken = gone(before, {record.key for _line, record in document.facts}, scope_of(file, document))
    if taken:
        intake.counts["gone"] = len(taken)
    if OutboxEntry.objects.filter(kind=PASSED_UP, document__fingerprint=file.fingerprint).exists():
        told = _("This file was made by this very installation: its facts are here already and would count twice.")
        intake.warnings = (told,)
    return intake, entries, taken


def _entry(intake: Intake, line: int, record: PassedRecord, unit_id: int, known: _Known) -> list[_Entry]:
    """Count one line, note what is wrong with it, and return it where it writes something."""
    draft = FactDraft(record.kind, unit_id, record.occurred_on, record.quantity, record.attributes)
    unit = known.units.get(unit_id)
    clean, problems = check_draft(draft, known.specs.get(record.kind), unit, clock.day_of(known.at))
    if problems:
        intake.problems += [LineProblem(line, problem.message) for problem in problems]
        return []
    content = content_of(
        kind=record.kind, unit_id=unit_id, member=None, occurred_on=record.occurred_on, quantity=record.quantity,
        attributes=clean, evidence=(),
    )  # fmt: skip
    step = step_of(repr(content), known.before.get(record.key))
    intake.counts[step] = intake.counts.get(step, 0) + 1
    return [] if step == "same" else [_Entry(line, record, unit_id, step, clean)]


def _file_problems(file: PassedFile, document: PassedDocument) -> Iterable[LineProblem]:
    """Name an earlier import of the very same file, and a newer one that this would undo."""
    done = PassedFile.objects.filter(sender_unit_id=file.sender_unit_id, status=PassedStatus.DONE).order_by("pk")
    header = document.header
    mine = (header.first_day, header.last_day, header.kinds)
    for one in done:
        said = {"name": one.name, "number": one.pk}
        theirs = type(header).model_validate(one.header)
        if one.fingerprint == file.fingerprint:
            yield LineProblem(0, _("This very file was added already (%(name)s, number %(number)s).") % said)
        elif theirs.watermark > header.watermark and overlaps(mine, (theirs.first_day, theirs.last_day, theirs.kinds)):
            told = _("A newer file was added already (%(name)s, number %(number)s); this one would undo it.")
            yield LineProblem(0, told % said)


def _kind_problems(kinds: Iterable[PassedKind]) -> list[LineProblem]:
    specs = kinds_by_code()
    return [LineProblem(0, told) for one in kinds if (told := _kind_problem(one, specs.get(one.code)))]


def _kind_problem(kind: PassedKind, spec: FactKindSpec | None) -> str:
    said = {"kind": kind.code, "name": kind.name}
    if spec is None:
        return _("There is no kind %(kind)s (%(name)s) here: add it first, as the sender has it.") % said
    if spec.places != kind.places:
        return _("The kind %(kind)s (%(name)s) is counted with other decimal places here.") % said
    return ""


def _rows(by: Actor, at: datetime, file: PassedFile, entries: list[_Entry], taken: list[str]) -> list[Fact]:
    """Return the facts to insert: new ones, corrections of what was passed up before, and withdrawals."""
    wanted = [one.record.key for one in entries if one.step != "new"]
    newest = newest_of(file.sender_unit_id, [*wanted, *taken])
    said = {"name": file.name, "mark": file.fingerprint[:16]}
    reason = _("Passed up anew: %(name)s, fingerprint %(mark)s…") % said
    source = f"passed:{file.pk}:{file.header['sender_name']}"[:200]
    rows = [_row(by, at, file, one, newest.get(one.record.key), reason, source) for one in entries]
    for key in taken:
        row = superseding(newest[key], by, at, reason)
        row.withdrawn, row.source = True, source
        rows.append(row)
    return rows


def _row(by: Actor, at: datetime, file: PassedFile, entry: _Entry, old: Fact | None, reason: str, source: str) -> Fact:
    row = superseding(old, by, at, reason) if old is not None else Fact(recorded_by=by.pseudonym, recorded_at=at)
    record = entry.record
    row.kind, row.unit_id, row.occurred_on, row.quantity = (
        record.kind, entry.unit_id, record.occurred_on, record.quantity,
    )  # fmt: skip
    row.attributes, row.source, row.sender = entry.attributes, source, _sender(file)
    row.sender_key = record.key if old is None else ""
    return row


def _provenance(file: PassedFile, entries: list[_Entry], taken: list[str], stored: list[Fact]) -> list[PassedFact]:
    places = [*((one.record.key, one.line) for one in entries), *((key, 0) for key in taken)]
    return [
        PassedFact(file=file, fact=fact, sender_unit_id=file.sender_unit_id, key=key, line=line)
        for fact, (key, line) in zip(stored, places, strict=True)
    ]
