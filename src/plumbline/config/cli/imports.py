"""``plumbline import roster|facts|scheme FILE``: the imports of the pages, without a browser."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command, application_for, existing_file
from plumbline.config.errors import CommandFailed

ABOUT = """Import a file, all or nothing: a file with mistakes changes nothing, and each mistake is named by row and column.

  plumbline import roster roster.xlsx   units, members, posts, terms, roles
  plumbline import facts facts.xlsx     facts (Excel or CSV)
  plumbline import scheme scheme.yaml   an assessment scheme, as a new draft"""

MOST_SHOWN = 40


def add(commands: Commands) -> None:
    """Add the commands."""
    family = commands.add_parser(
        "import",
        help="import a roster, facts or a scheme from a file",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = family.add_subparsers(title="what", metavar="WHAT", required=True)
    for name, run, summary in (
        ("roster", run_roster, "units, members, posts, terms and roles from an Excel workbook"),
        ("facts", run_facts, "facts from Excel or CSV"),
        ("scheme", run_scheme, "an assessment scheme from YAML"),
    ):
        made = add_command(kinds, name, run, summary=summary)
        made.add_argument("file", type=existing_file, metavar="FILE")
        made.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        if name == "facts":
            made.add_argument("--year", type=int, help="refuse days of other years")


def _refuse(path: Path, problems: Iterable[object]) -> CommandFailed:
    """Print the mistakes of a file and return the failure to raise."""
    listed = [str(problem) for problem in problems]
    for line in listed[:MOST_SHOWN]:
        print(f"  {line}", file=sys.stderr)
    more = f" (the first {MOST_SHOWN} are shown)" if len(listed) > MOST_SHOWN else ""
    return CommandFailed(f"{path.name} has {len(listed)} mistakes{more}; nothing was changed.")


def run_roster(options: argparse.Namespace) -> int:
    """Import a roster and say what it changed."""
    with application_for(options, "import"):
        from plumbline.kernel import clock
        from plumbline.kernel.actor import Actor
        from plumbline.organisation import api as organisation

        by = Actor.system("command")
        with options.file.open("rb") as stream:
            try:
                report = organisation.import_roster(
                    by=by, at=clock.now(), stream=stream, name=options.file.name, apply=not options.dry_run
                )
            except organisation.RosterBusy as error:
                raise CommandFailed("Another roster is being applied at this moment; try again shortly.") from error
        if report.problems:
            raise _refuse(options.file, report.problems)
        for table, counted in report.counts().items():
            said = ", ".join(f"{number} {verb.replace('_', ' ')}" for verb, number in counted.items() if number)
            if said:
                print(f"  {table}: {said}")
    print(f"{options.file.name}: " + ("nothing was changed (dry run)." if options.dry_run else "imported."))
    return 0


def run_facts(options: argparse.Namespace) -> int:
    """Import facts and say how many are new."""
    with application_for(options, "import"):
        from plumbline.kernel import clock
        from plumbline.kernel.actor import Actor
        from plumbline.ledger import api as ledger

        with options.file.open("rb") as stream:
            try:
                report = ledger.import_facts(
                    by=Actor.system("command"),
                    at=clock.now(),
                    stream=stream,
                    name=options.file.name,
                    dry_run=options.dry_run,
                    year=options.year,
                )
            except ledger.ImportRefused as error:
                raise CommandFailed(str(error)) from error
        if report.problems:
            places = (f"row {one.row}, column {one.column}: {one.message}" for one in report.problems)
            raise _refuse(options.file, places)
    ending = "would be added (dry run)" if options.dry_run else "added"
    print(f"{options.file.name}: {report.rows} rows, {report.added} facts {ending}, {report.known} known already.")
    return 0


def run_scheme(options: argparse.Namespace) -> int:
    """Import a scheme as the next version of its code."""
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{options.file.name} is not text in UTF-8 (byte {error.start}).") from error
    with application_for(options, "import"):
        from django.db import transaction

        from plumbline.assessment import api as assessment
        from plumbline.kernel import clock
        from plumbline.kernel.actor import Actor

        try:
            with transaction.atomic():
                done = assessment.import_scheme(by=Actor.system("command"), at=clock.now(), text=text)
                transaction.set_rollback(options.dry_run)
        except assessment.SchemeInvalid as error:
            places = (f"line {one.line or '?'}, {one.path}: {one.message}" for one in error.problems)
            raise _refuse(options.file, places) from error
    if done.identical:
        print(f"{options.file.name}: version {done.version.number} stands already, word for word.")
    else:
        print(f"{options.file.name}: " + ("a good scheme (dry run)." if options.dry_run else "imported."))
    return 0
