"""Where ``plumbline verify`` reads a log from: a folder, a zip file, or a live address."""

import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from plumbline.config.errors import CommandFailed

Read = Callable[[str], bytes]
LONGEST = 32 * 1024 * 1024
"""Bytes of the longest file of a log: a bundle of 256 entries of 64 KB, twice over."""


def reader(source: str) -> Read:
    """Return what reads the files of the log at ``source``. Raises CommandFailed where there is none."""
    if source.startswith(("http://", "https://")):
        return _web(source if source.endswith("/") else f"{source}/")
    path = Path(source)
    if path.is_dir():
        return _folder(path)
    if zipfile.is_zipfile(path):
        return _zip(path)
    raise CommandFailed(f"{source} is neither a folder nor a zip file with a copy of a log, nor an address.")


def _folder(folder: Path) -> Read:
    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise LookupError(path) from error

    return read


def _zip(path: Path) -> Read:
    archive = zipfile.ZipFile(path)

    def read(name: str) -> bytes:
        return archive.read(name)  # raises KeyError, which is a LookupError, where there is none

    return read


def _web(base: str) -> Read:
    """Read over the web; tiles come from the address that log.json names for the present name of the log."""
    about = _fetch(f"{base}log.json")
    names = json.loads(about)["names"] if about else []
    label = names[0]["prefix"].rstrip("/").rsplit("/", 1)[-1] if len(names) > 1 else ""
    prefix = f"{base}{label}/" if label else base

    def read(path: str) -> bytes:
        if path == "log.json" and about:
            return about
        if path == "checkpoints.json":
            return _checkpoints(base)
        found = _fetch(f"{prefix}{path}")
        if found is None:
            raise LookupError(path)
        return found

    return read


def _checkpoints(base: str) -> bytes:
    """Return all earlier checkpoints, a thousand at a time."""
    found: list[dict[str, object]] = []
    while True:
        part = _fetch(f"{base}checkpoints.json?after={found[-1]['size'] if found else 0}")
        rows = json.loads(part) if part else []
        found += rows
        if not rows:
            return json.dumps(found).encode()


def _fetch(address: str) -> bytes | None:
    """Return what stands at an address, None where the server says that there is nothing. Raises CommandFailed."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - http or https, checked by reader()
            found: bytes = answer.read(LONGEST + 1)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise CommandFailed(f"{address} answers {error.code}.") from error
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{address} cannot be reached: {error}") from error
    if len(found) > LONGEST:
        raise CommandFailed(f"{address} is longer than a file of a log can be.")
    return found
