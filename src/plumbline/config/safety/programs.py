"""PostgreSQL's own dump and restore, from the wheel, on any server."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from plumbline.config.postgres import binaries
from plumbline.config.safety.archive import CHUNK, ArchiveRefused

HEADER_LINES = 60
"""Lines at the head of a dump's text among which its session settings stand, before any data."""
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def dump(url: str, target: Path) -> None:
    """Write the database into a file of PostgreSQL's own form. Raises ArchiveRefused with the program's words."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    connection, environment = _connection(url)
    command = [binaries.program("pg_dump"), connection, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ArchiveRefused(f"pg_dump failed: {done.stderr.strip()[-1500:]}")


def load(url: str, source: Path) -> None:
    """Fill an empty database from such a file, in one transaction. Raises ArchiveRefused with the program's words.

    The dump goes as text through psql, because pg_restore itself sets what servers before 17 do not know.
    """
    connection, environment = _connection(url)
    reading = [binaries.program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(source)]
    quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    writing = [binaries.program("psql"), connection, *quiet]
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,  # noqa: S603
        subprocess.Popen(writing, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as writer,  # noqa: S603
    ):
        broken = not _pass_on(reader.stdout, writer.stdin)
        said = writer.communicate()[1] + (reader.stderr.read() if reader.stderr else b"")
        reader.kill() if broken else reader.wait()
    if broken or writer.returncode or reader.returncode:
        raise ArchiveRefused(f"the dump could not be restored: {said.decode(errors='replace').strip()[-1500:]}")


def _pass_on(source: IO[bytes] | None, sink: IO[bytes] | None) -> bool:
    """Pass the text of a dump on, without the setting that older servers refuse; return whether all was taken."""
    if source is None or sink is None:
        return False
    try:
        for _ in range(HEADER_LINES):
            line = source.readline()
            if line != UNKNOWN_BEFORE_17:
                sink.write(line)
        shutil.copyfileobj(source, sink, CHUNK)
        sink.flush()
    except BrokenPipeError:
        return False
    return True


def _connection(url: str) -> tuple[str, dict[str, str]]:
    """Return the option that names the database, and the environment with its password, which others cannot see."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return f"--dbname={make_conninfo(**parts)}", environment  # type: ignore[arg-type]
