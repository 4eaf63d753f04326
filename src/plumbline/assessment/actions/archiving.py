"""A scored round as one file that can be checked anywhere; and the check."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from plumbline.assessment.actions import storage
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import CompositeScore, CountedFact, GradeStep, NodeScore, Notice, Round, RuleHit, Run
from plumbline.assessment.permissions import check_read_whole
from plumbline.assessment.rules import archive
from plumbline.assessment.rules.archive import Checked
from plumbline.assessment.rules.canonical import canonical
from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted

_README = Path(__file__).resolve().parent.parent / "data" / "archive.md"
_MODELS: dict[str, type[Any]] = {
    "composite": CompositeScore,
    "scores": NodeScore,
    "hits": RuleHit,
    "counted": CountedFact,
    "grade_steps": GradeStep,
}


@dataclass(frozen=True, slots=True)
class Archive:
    """The file and what it is called."""

    name: str
    content: bytes


def archive_round(*, by: Actor, at: datetime, round_id: int) -> Archive:
    """Return the run in force of a round as one file: frozen inputs, scheme, results, notices, and how to check it.

    Raises NotPermitted, SnapshotDamaged, and Refused where the round is not scored, or where the stored results no longer
    have the hash that was published: then somebody changed them in the database.
    """
    round_ = Round.objects.select_related("committee", "scheme_version__scheme").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.archive", f"round:{round_id}")
    check_read_whole(by, round_.committee.path, f"round:{round_id}")
    run = Run.objects.select_related("snapshot").filter(pk=round_.run_id or 0).first()
    if run is None:
        raise Refused(_("The round has not been scored yet."))
    content = archive.pack(_files(round_, run))
    audit.record(
        by=by, at=at, action="assessment.archive", subject=f"round:{round_id}",
        new={"run": run.number, "result_hash": run.result_hash, "bytes": len(content)},
    )  # fmt: skip
    return Archive(f"plumbline-round-{round_id}-{run.result_hash[:12]}.zip", content)


def _files(round_: Round, run: Run) -> dict[str, bytes]:
    from plumbline.assessment.rules.hashing import (
        csv_of,
        result_hash,
    )  # loads Arrow: only those who archive wait for it

    found = {name: _stored(run, name) for name in _MODELS}
    if result_hash(found) != run.result_hash:
        raise Refused(_("The stored results are not those that were published. Calculate the round again and compare."))
    return {
        **storage.contents(run.snapshot.folder, run.snapshot.manifest),
        archive.ROUND: canonical(_about(round_, run)),
        "README.md": _README.read_bytes(),
        **{f"{archive.RESULTS}{name}.csv": csv_of(table) for name, table in found.items()},
    }


def check_archive(content: bytes) -> Checked:
    """Check an archive and calculate it again; needs no database. Raises ArchiveDamaged."""
    from plumbline.assessment.rules.archive_check import check  # loads Ibis: only those who check wait for it
    from plumbline.assessment.rules.scoring import duckdb_engine

    engine = duckdb_engine()
    try:
        return check(content, engine)
    finally:
        engine.con.disconnect()


def _stored(run: Run, name: str) -> Any:
    """Return one result table of a run as it lies in the database, sorted and typed as the scoring gave it (Arrow)."""
    import pyarrow as pa

    from plumbline.assessment.rules import tables

    schema = tables.RESULTS[name]
    rows = _MODELS[name].objects.filter(run=run).order_by(*tables.SORTED_BY[name]).values_list(*schema.names)
    columns = list(zip(*rows.iterator(50_000), strict=True)) or [()] * len(schema)
    table = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
    return table.sort_by([(key, "ascending") for key in tables.SORTED_BY[name]])


def _about(round_: Round, run: Run) -> dict[str, Any]:
    version = round_.scheme_version
    notices = Notice.objects.filter(round=round_).select_related("run", "amendment").order_by("number")
    return {
        "format": 1, "title": round_.title, "committee": round_.committee.name, "state": round_.state,
        "from": str(round_.from_on), "until": str(round_.until_on), "scheme": version.scheme.code,
        "scheme_version": version.number, "scheme_hash": version.document_hash,
        "snapshot": run.snapshot.number, "manifest_hash": run.snapshot.manifest_hash,
        "run": run.number, "engine": run.engine, "result_hash": run.result_hash,
        "notices": [_notice(notice) for notice in notices],
    }  # fmt: skip


def _notice(notice: Notice) -> dict[str, Any]:
    amendment = getattr(notice, "amendment", None)
    return {
        "number": notice.number, "published_at": notice.published_at.isoformat(), "until": str(notice.until_on),
        "result_hash": notice.run.result_hash, "words": notice.words, "amended": amendment.reason if amendment else "",
    }  # fmt: skip
