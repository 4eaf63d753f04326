"""PostgreSQL's own dump and restore, from the wheel, on any server."""

import os
import subprocess
from collections.abc import Sequence

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from plumbline.config.postgres import binaries
from plumbline.config.safety.archive import ArchiveRefused


def run(name: str, url: str, arguments: Sequence[str]) -> None:
    """Run a program on a database; the password goes by the environment, where other users do not see it.

    Raises ArchiveRefused with the program's words.
    """
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    target = f"--dbname={make_conninfo(**parts)}"  # type: ignore[arg-type]
    done = subprocess.run(  # noqa: S603 - a program of the wheel, with arguments made here
        [binaries.program(name), target, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ArchiveRefused(f"{name} failed: {done.stderr.strip()[-1500:]}")
