"""``plumbline log``: how the transparency log stands, and letting it go on under a new name."""

import argparse
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command, application_for
from plumbline.config.errors import CommandFailed

ABOUT = """Tell how the transparency log stands, take up what waits, or let it go on where it stopped.

  plumbline log status                         entries, what waits, and whether it may go on
  plumbline log append                         take up what waits now, without a worker
  plumbline log export FOLDER                  write a copy of the whole log, for 'plumbline verify'
  plumbline log renew --reason "..."           go on under a new name; an entry says why
  plumbline log renew --new-key --reason "..." the same with a new signing key; the old file is kept

Going on under a new name is for a lost key, a lost memory (log/checkpoint), or rows that were changed and cannot be put
back. It hides nothing: the first entry under the new name holds the last checkpoint that was known under the old one."""

ACTS = ("status", "append", "export", "renew")


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(commands, "log", run, summary="look after the transparency log", about=ABOUT)
    made.add_argument("act", nargs="?", choices=ACTS, default="status", help="what to do (%(default)s)")
    made.add_argument("folder", nargs="?", type=Path, help="where a copy is written")
    made.add_argument("--reason", default="", help="why it is begun anew, in words that anyone may read for ever")
    made.add_argument("--new-key", action="store_true", help="make a new signing key")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    if options.act == "renew" and not options.reason.strip():
        raise CommandFailed('Say why with --reason "...": it will stand in the log for ever.')
    if (options.act == "export") != (options.folder is not None):
        raise CommandFailed("Name the folder that the copy is written to: plumbline log export FOLDER.")
    with application_for(options, "log"):
        from plumbline.ledger import api as ledger

        try:
            return {"status": _status, "append": _append, "export": _export, "renew": _renew}[options.act](options)
        except ledger.LogStopped as error:
            from plumbline.config.doctor.database import LOG_ADVICE

            raise CommandFailed(
                f"The log does not go on ({error.standing.value}). {LOG_ADVICE[error.standing]}"
            ) from error


def _status(_options: argparse.Namespace) -> int:
    """Print how it stands; exit code 1 where somebody must look."""
    from plumbline.ledger import api as ledger

    found = ledger.log_health()
    print(f"{found.size} entries, {found.waiting} wait, {found.troubled} cannot enter. State: {found.standing.value}")
    return 1 if found.standing in ledger.STOPPED or found.troubled else 0


def _append(_options: argparse.Namespace) -> int:
    """Take up all that waits."""
    from plumbline.kernel import clock
    from plumbline.ledger import api as ledger

    added = 0
    while (done := ledger.append_waiting(at=clock.now())).added:
        added += done.added
    print(f"{added} taken up; the log has {done.size} entries.")
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write every file of the log."""
    from plumbline.ledger import api as ledger

    count = 0
    for path, content in ledger.log_files("./"):
        target = options.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        count += 1
    print(f"{count} files written. Check them with: plumbline verify {options.folder}")
    return 0


def _renew(options: argparse.Namespace) -> int:
    """Go on under a new name."""
    from plumbline.kernel import clock
    from plumbline.ledger import api as ledger

    reason = "key" if options.new_key else "renewed"
    done = ledger.begin_anew(at=clock.now(), reason=reason, words=options.reason.strip()[:300], new_key=options.new_key)
    print(
        f"The log goes on under a new name with {done.size} entries. Tell the witnesses its new key: see the page /log/."
    )
    return 0
