"""An archive held against itself: every hash, and the result calculated again from the frozen inputs."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.archive import MANIFEST, RESULTS, ROUND, SCHEME, ArchiveDamaged, Checked, unpack
from plumbline.assessment.rules.canonical import hash_of
from plumbline.assessment.rules.hashing import hash_of_hashes, result_hash
from plumbline.assessment.rules.scoring import Engine, Inputs, TooLarge, score

_INPUTS = ("facts", "units", "applicability")


def check(content: bytes, engine: Engine) -> Checked:
    """Check every byte of an archive, calculate its result again from its frozen inputs, and return both hashes.

    Raises ArchiveDamaged where a member does not fit the others. Whether it is the archive that was *published* is told by
    its hashes: compare them with the public notice.
    """
    files = unpack(content)
    about, manifest, document = (_json(files, name) for name in (ROUND, MANIFEST, SCHEME))
    for name, entry in manifest["files"].items():
        if hashlib.sha256(_need(files, name)).hexdigest() != entry["sha256"]:
            raise ArchiveDamaged(name, f"is not the file that {MANIFEST} names")
    for name, said, found in (
        (MANIFEST, about["manifest_hash"], hash_of(manifest)), (SCHEME, about["scheme_hash"], hash_of(document)),
        (RESULTS, about["result_hash"], _stored(files)),
    ):  # fmt: skip
        if said != found:
            raise ArchiveDamaged(name, f"does not have the hash that {ROUND} names")
    return Checked(
        about["title"], about["manifest_hash"], about["scheme_hash"], about["result_hash"],
        _calculated(files, manifest, document, engine),
    )  # fmt: skip


def _need(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ArchiveDamaged(name, "is missing")
    return files[name]


def _json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(_need(files, name))
    except ValueError as problem:
        raise ArchiveDamaged(name, "cannot be read") from problem


def _stored(files: Mapping[str, bytes]) -> str:
    """Return the hash of the results as they lie in the archive."""
    tables = {name: content for name, content in files.items() if name.startswith(RESULTS)}
    sums = {
        name.removeprefix(RESULTS).removesuffix(".csv"): hashlib.sha256(content).hexdigest()
        for name, content in tables.items()
    }
    return hash_of_hashes(sums)


def _calculated(files: Mapping[str, bytes], manifest: Any, document: Any, engine: Engine) -> str:
    """Return the hash of the results as the frozen inputs give them."""
    tables = {name: parquet.read_table(pa.BufferReader(files[f"{name}.parquet"])) for name in _INPUTS}
    inputs = Inputs.from_arrow(
        engine, tables["facts"], tables["units"], tables["applicability"], decimals=manifest.get("decimals")
    )
    try:
        return result_hash(score(engine, schemes.from_document(document), inputs).all())
    except TooLarge as problem:
        raise ArchiveDamaged("facts.parquet", str(problem)) from problem
    finally:
        engine.forget()
