"""``plumbline assess``: scores a round here and now, and calculates one again to compare."""

import argparse
import tempfile
import time
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command, application_for
from plumbline.config.errors import CommandFailed
from plumbline.config.running import application

ABOUT = """Score an assessment round here and now, without a job. Without ROUND, list the rounds.

  plumbline assess                 the rounds, with their numbers
  plumbline assess 3 --freeze      freeze round 3 as it stands, then score it
  plumbline assess 3 --verify      calculate the published run again from its snapshot and compare
  plumbline assess --verify FILE   check the archive of a round, without a database, and calculate it again"""


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(commands, "assess", run, summary="score an assessment round", about=ABOUT)
    made.add_argument(
        "round", nargs="?", metavar="ROUND", help="the round's number, or the file of an archive to verify"
    )
    made.add_argument("--freeze", action="store_true", help="freeze the round's inputs first")
    made.add_argument("--verify", action="store_true", help="calculate again and compare, store nothing")
    made.add_argument("--engine", default="duckdb", help="the engine that calculates (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """List, score or verify."""
    if options.round is not None and not options.round.isdecimal():
        return _verify_file(options)
    options.round = None if options.round is None else int(options.round)
    with application_for(options, "assess"):
        from plumbline.assessment import api as assessment
        from plumbline.kernel.actor import NotPermitted

        if options.round is None:
            return _list()
        try:
            return _verify(options) if options.verify else _score(options)
        except NotPermitted as error:
            raise CommandFailed(f"There is no round {options.round}. 'plumbline assess' lists them.") from error
        except (assessment.Refused, assessment.WrongState, assessment.SnapshotDamaged) as error:
            raise CommandFailed(assessment.in_words(error)) from error
        except ValueError as error:
            raise CommandFailed(str(error)) from error


def _list() -> int:
    """Print the rounds."""
    from plumbline.assessment import api as assessment
    from plumbline.kernel.actor import Actor

    rounds = assessment.round_list(Actor.system("command"))
    for one in rounds:
        print(f"{one.id:>5}  {one.title}  ({one.from_on} to {one.until_on}, {one.units} units, {one.state_text})")
    if not rounds:
        print("There are no rounds yet; they are made on the page of rounds.")
    return 0


def _score(options: argparse.Namespace) -> int:
    """Freeze where asked, score, and tell the hash of the result."""
    from plumbline.assessment import api as assessment
    from plumbline.kernel import clock
    from plumbline.kernel.actor import Actor

    by = Actor.system("command")
    if options.freeze:
        assessment.freeze(by=by, at=clock.now(), round_id=options.round)
    began = time.monotonic()
    scored = assessment.score_now(by=by, at=clock.now(), round_id=options.round, engine=options.engine)
    print(f"Round {options.round} scored in {time.monotonic() - began:.1f} s. Result {scored.result_hash}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    """Calculate the run in force again; exit code 1 where the result differs."""
    from plumbline.assessment import api as assessment
    from plumbline.kernel import clock
    from plumbline.kernel.actor import Actor

    by = Actor.system("command")
    page = assessment.round_page(by, options.round)
    run_id = page.run_id
    if run_id is None:
        raise CommandFailed(f"Round {options.round} has not been scored yet.")
    found = assessment.verify_run(by=by, at=clock.now(), run_id=run_id, engine=options.engine)
    print(f"published  {found.published}\ncalculated {found.found}")
    if not found.same:
        raise CommandFailed("The results differ.")
    print("The same.")
    return 0


def _verify_file(options: argparse.Namespace) -> int:
    """Check an archive without a database; exit code 1 where a byte was changed or the result differs."""
    path = Path(options.round)
    if not options.verify:
        raise CommandFailed(f"{options.round} is no number of a round. To check an archive, add --verify.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error
    with tempfile.TemporaryDirectory(prefix="plumbline-verify-") as folder:
        application.set_up(Path(folder), "postgresql://nowhere/none")
        from plumbline.assessment import api as assessment

        try:
            found = assessment.check_archive(content)
        except assessment.ArchiveDamaged as error:
            raise CommandFailed(f"The archive was changed. {error}") from error
    print(f"{found.title}\nfrozen facts {found.manifest_hash}\nscheme       {found.scheme_hash}")
    print(f"published    {found.result_hash}\ncalculated   {found.found}")
    if not found.same:
        raise CommandFailed("The results differ: the frozen facts do not give what was published.")
    print("The same. Compare these hashes with the public notice: they say that this is what was published.")
    return 0
