"""Reads the command line, runs the command, turns failures into words and exit codes."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from plumbline.config.cli import administration, demo, imports, log, rounds, safety, serving, tls, verify
from plumbline.config.errors import CommandFailed

FAMILIES = (serving, demo, administration, imports, rounds, log, verify, safety, tls)

ABOUT = """Plumbline keeps a committee's year: duties, facts, assessment, and the reasons for every point.

Without DATABASE_URL every command works on the embedded PostgreSQL in the data folder (--data, PLUMBLINE_DATA,
else ./data). docs/running.md tells how to run an installation."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="plumbline", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"plumbline {version('plumbline')}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for family in FAMILIES:
        family.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed with words, 2 wrong usage, 130 Ctrl-C."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except CommandFailed as failure:
        print(f"plumbline: {failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("plumbline: stopped.", file=sys.stderr)
        return 130
