"""``plumbline tls make-authority`` and ``make-cert``: secure connections on a closed network."""

import argparse
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command, data_folder
from plumbline.config.errors import CommandFailed

ABOUT = """Make certificates on a closed network, where no public authority reaches.

1. plumbline tls make-authority           once; install its authority.pem on every phone and computer
2. plumbline tls make-cert HOST [HOST..]  for the names and addresses under which browsers open the pages
3. plumbline serve --host 0.0.0.0 --tls-cert CHAIN --tls-key KEY"""


def add(commands: Commands) -> None:
    """Add the commands."""
    family = commands.add_parser(
        "tls",
        help="make certificates for a closed network",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = family.add_subparsers(title="steps", metavar="STEP", required=True)
    first = add_command(steps, "make-authority", run_authority, summary="make the network's own authority")
    first.add_argument("--name", default="Plumbline local authority", help="its name (%(default)s)")
    second = add_command(steps, "make-cert", run_certificate, summary="make a server's certificate")
    second.add_argument("names", nargs="+", metavar="HOST", help="host name or address")
    for step in (first, second):
        step.add_argument("--folder", type=Path, help="where the authority lies (tls in the data folder)")


def _folder(options: argparse.Namespace) -> Path:
    given: Path | None = options.folder
    return given.resolve() if given else data_folder(options) / "tls"


def run_authority(options: argparse.Namespace) -> int:
    """Make the authority and say what to do with it."""
    from plumbline.config.tls import AuthorityRefused, make_authority
    from plumbline.kernel import clock

    try:
        made = make_authority(_folder(options), name=options.name, at=clock.now())
    except AuthorityRefused as error:
        raise CommandFailed(str(error)) from error
    print(f"{made}\nInstall this certificate on every device as a trusted authority; keep {made.with_suffix('.key')} ")
    print("secret, best away from the network. Next: plumbline tls make-cert HOST")
    return 0


def run_certificate(options: argparse.Namespace) -> int:
    """Make a certificate and say how to serve with it."""
    from plumbline.config.tls import AuthorityRefused, make_certificate
    from plumbline.kernel import clock

    try:
        chain, key = make_certificate(_folder(options), names=options.names, at=clock.now())
    except AuthorityRefused as error:
        raise CommandFailed(str(error)) from error
    print(f"Made {chain} and {key}.\nServe with: plumbline serve --host 0.0.0.0 --tls-cert {chain} --tls-key {key}")
    return 0
