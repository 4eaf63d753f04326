"""``plumbline verify``: checks a transparency log from outside, without a database and without trusting its operator."""

import argparse
import hashlib
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.config.cli.common import Commands
from plumbline.config.cli.verify_sources import reader
from plumbline.config.errors import CommandFailed
from plumbline.config.running import application

if TYPE_CHECKING:
    from plumbline.ledger import api as ledger

ABOUT = """Check a transparency log: every entry, every hash, the signature, and that it only grew.

  plumbline verify https://plumbline.example/log/        a log where it is served
  plumbline verify plumbline-log.zip                     a copy, offline; a folder of tiles works too
  plumbline verify LOG --key VKEY                        trust this key, from paper, not the one that the log names
  plumbline verify LOG --since old-checkpoint.txt        does it still begin as it did then?
  plumbline verify LOG --since 120:9f86d081884c7d65      the same from a note on paper: entries, first signs of the fingerprint
  plumbline verify LOG --notice FILE                     is this file, text, sha256 or number in it? (as often as you like)
  plumbline verify LOG --witness VKEY                    was it confirmed by this witness?
  plumbline verify LOG --remember FILE                   compare with what FILE kept the last time, and keep this time's
  plumbline verify LOG --remember FILE --cosign KEY --name witness.example/w1
                                                         the same as a witness: sign what fits (the key is made where missing)
  plumbline verify X.tlog-proof --entry X.json --key VKEY  one entry by its proof alone

It ends with 0 where all fits, with 1 where something does not, and names the first entry that does not fit."""

PAPER = re.compile(r"(\d+):([0-9a-fA-F]{8,64})")


def add(commands: Commands) -> None:
    """Add the command."""
    made = commands.add_parser(
        "verify", help="check a transparency log from outside", description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.set_defaults(run=run)
    made.add_argument("log", metavar="LOG", help="an address, a folder, a zip file, or a proof")
    for name, what in (
        ("--key", "a public key of the log that you trust"),
        ("--since", "an earlier checkpoint: a file with the signed note, or ENTRIES:FINGERPRINT"),
        ("--witness", "the public key of a witness that must have confirmed it"),
        ("--notice", "a file, a sha256, or a number that must be in the log"),
    ):
        made.add_argument(name, action="append", default=[], metavar=name[2:].upper(), help=what)
    made.add_argument("--text", action="append", default=[], help="a text whose sha256 must be in the log")
    made.add_argument("--entry", type=Path, metavar="FILE", help="the entry that a proof is for")
    made.add_argument(
        "--cosign", type=Path, metavar="KEY", help="confirm what fits as a witness, with the key in this file"
    )
    made.add_argument("--name", default="", help="the witness's name: an address without https://")
    made.add_argument(
        "--remember", type=Path, metavar="FILE", help="where the last checkpoint is kept from time to time"
    )


def run(options: argparse.Namespace) -> int:
    """Check, and tell what was found."""
    with tempfile.TemporaryDirectory(prefix="plumbline-verify-") as folder:
        application.set_up(Path(folder), "postgresql://nowhere/none")
        from plumbline.ledger import api as ledger

        try:
            return _proof(options) if options.entry else _log(options)
        except (ledger.CopyInvalid, ledger.NoteInvalid) as error:
            raise CommandFailed(str(error)) from error


def _keys(texts: list[str]) -> list["ledger.Verifier"]:
    from plumbline.ledger import api as ledger

    return [ledger.verifier_of(text) for text in texts]


def _proof(options: argparse.Namespace) -> int:
    """Check one entry by its proof."""
    from plumbline.ledger import api as ledger

    if not options.key:
        raise CommandFailed("A proof alone says nothing: give the log's public key with --key.")
    index, checkpoint, key = ledger.check_proof(_text(options.log), _bytes(options.entry), _keys(options.key))
    print(f"{options.entry} is entry {index} of the log {key.name}, which had {checkpoint.count} entries then.")
    return 0


def _log(options: argparse.Namespace) -> int:
    """Check a whole log."""
    from plumbline.ledger import api as ledger

    if options.cosign and not (options.name and options.remember):
        raise CommandFailed("A witness has a --name, and must --remember what it signed before.")
    began = time.monotonic()
    notices = {name: _digest(name) for name in options.notice} | {
        f"“{text[:40]}”": hashlib.sha256(text.encode()).hexdigest() for text in options.text
    }
    found = ledger.check_copy(
        reader(options.log),
        keys=_keys(options.key),
        known=[*[_known(one) for one in options.since], *_remembered(options)],
        witnesses=_keys(options.witness),
        wanted={digest for digest in notices.values() if digest},
        progress=_progress,
    )
    _tell(found, trusted=bool(options.key), seconds=time.monotonic() - began)
    good = _tell_notices(found, notices) and not found.result.findings
    if good and options.remember:
        options.remember.write_text(found.note)
    if good and options.cosign:
        _cosign(options, found)
    print("Everything fits." if good else "NOT EVERYTHING FITS.")
    return 0 if good else 1


def _cosign(options: argparse.Namespace, found: "ledger.Checked") -> None:
    """Print the checkpoint with this witness's signature, to be brought back to the log."""
    from plumbline.config.cli.witness_key import key_in
    from plumbline.kernel import clock
    from plumbline.ledger import api as ledger

    key, text = key_in(options.cosign), found.checkpoint.text
    line = ledger.cosign(text, options.name, key, int(clock.now().timestamp()))
    print(
        f"witness   {ledger.verifier_for(options.name, key, ledger.COSIGNATURE).text} (give this key to the log once)"
    )
    print(f"Bring this note to the page of the log:\n\n{found.note}{line.line}")


def _tell(found: "ledger.Checked", *, trusted: bool, seconds: float) -> None:
    """Print what was checked and what does not fit."""
    result = found.result
    print(f"log       {found.key.name}\nentries   {result.size}, checked in {seconds:.1f} s")
    print(f"root      {found.checkpoint.root.hex()}")
    whence = "given" if trusted else "named by the log itself: compare it with the one on paper"
    print(f"key       {found.key.text} ({whence})")
    if found.earlier:
        print(f"earlier   {len(found.earlier)} signed checkpoints compared, from {found.earlier[0]} entries on")
    for one in found.witnesses:
        print(f"witness   {one.name} confirmed it")
    for name in found.names[:-1]:
        print(f"note      begun anew as {name.origin} at entry {name.start} ({name.reason}); read that entry")
    if result.late:
        print(
            f"note      {result.late} entries entered more than two days after their date, the first is {result.first_late}"
        )
    for wrong in result.findings:
        print(f"WRONG     {wrong.told}")
    if result.first is not None:
        print(f"FIRST     entry {result.first} is the first that does not fit")


def _tell_notices(found: "ledger.Checked", notices: dict[str, str]) -> bool:
    """Print where each notice stands; False where one is not in the log."""
    good = True
    for name, digest in notices.items():
        places = found.result.found.get(digest, []) if digest else [int(name)] if int(name) < found.result.size else []
        if places:
            print(f"notice    {name} stands in entry {', '.join(str(one) for one in places[:5])}")
        else:
            print(f"WRONG     {name} is not in the log")
            good = False
    return good


def _digest(name: str) -> str:
    """Return the sha256 that stands for a notice: given, or of a file; empty for a number."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", name):
        return name.lower()
    if name.isdecimal():
        return ""
    content = _bytes(Path(name))
    leaf = hashlib.sha256(b"\x00" + content).hexdigest()
    return leaf if content.startswith(b'{"at":"') else hashlib.sha256(content).hexdigest()


def _known(text: str) -> Any:
    """Return an earlier checkpoint: a note in a file, or a note on paper."""
    from plumbline.ledger import api as ledger

    paper = PAPER.fullmatch(text)
    if paper:
        return ledger.Known(int(paper[1]), paper[2].lower())
    return ledger.known_of(ledger.checkpoint_in(_text(text)))


def _remembered(options: argparse.Namespace) -> list[Any]:
    path = options.remember
    return [_known(str(path))] if path and path.exists() else []


def _text(name: str) -> str:
    return _bytes(Path(name)).decode("utf-8", "replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error


def _progress(done: int, whole: int) -> None:
    """Show how far it is, on a terminal only."""
    if sys.stderr.isatty() and whole > 20_000:
        print(f"\r{done} of {whole} entries", end="\n" if done == whole else "", file=sys.stderr, flush=True)
