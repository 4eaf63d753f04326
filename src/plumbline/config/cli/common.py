"""What many commands share: the data folder option and the database for the length of a command."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from plumbline.config import environment
from plumbline.config.errors import CommandFailed
from plumbline.config.running import application
from plumbline.config.running.database import open_database

Commands = Any
"""argparse gives its list of commands no public type."""


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], *, summary: str, about: str = ""
) -> argparse.ArgumentParser:
    """Add a command with the options that all have."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=about or summary, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.set_defaults(run=run)
    made.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (PLUMBLINE_DATA, else ./data)")
    return made


def data_folder(options: argparse.Namespace) -> Path:
    """Return the data folder that the command works on."""
    given: Path | None = options.data
    return given.resolve() if given else environment.data_dir()


def existing_file(text: str) -> Path:
    """Return a file named on the command line. Raises ArgumentTypeError when there is none that can be read."""
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error.strerror}") from error


@contextmanager
def application_for(options: argparse.Namespace, command: str, *, migrated: bool = True) -> Iterator[None]:
    """Load the application on the command's data folder and database.

    Raises CommandFailed when ``migrated`` and the tables are not as this release wants them.
    """
    data = data_folder(options)
    with open_database(data, command) as url:
        application.set_up(data, url)
        pending = application.pending_migrations() if migrated else []
        if pending:
            raise CommandFailed(
                f"The tables are not up to date ({len(pending)} changes wait, first {pending[0]}). "
                "Run 'plumbline migrate' first."
            )
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()
