"""``plumbline demo``: the demonstration county, built on first start, kept afterwards."""

import argparse
import json
import os
import shutil
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command
from plumbline.config.cli.serving import add_address
from plumbline.config.errors import CommandFailed
from plumbline.config.running import lock
from plumbline.config.running.serving import Service, serve

LOCALES = ("en", "zh")
MARK = "demo.json"
"""Stands in the data folder once the county is whole: its size, seed and logins."""

ABOUT = """Serve the fictional county of Qinghe: 159 organisations, 2,117 members, 105 departments, two years of facts.

The first start builds the county in data/demo-LOCALE; later starts keep it. Same seed, same county.
Delete the folder to begin anew."""


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(commands, "demo", run, summary="serve a demonstration county", about=ABOUT)
    add_address(made)
    made.add_argument("--locale", choices=LOCALES, default="en", help="language of its names (%(default)s)")
    made.add_argument("--scale", type=positive, default=1, help="how many times the county's size (%(default)s)")
    made.add_argument("--seed", type=int, default=1, help="another seed, another county (%(default)s)")


def positive(text: str) -> int:
    """Return a whole number of at least one. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1, not {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Build the county where it is missing, and serve it until told to stop."""
    data: Path = (options.data or Path("data") / f"demo-{options.locale}").resolve()
    service = Service(data=data, command="demo", host=options.host, port=options.port, move_port=True)
    os.environ.setdefault("PLUMBLINE_LOG_LEVEL", "WARNING")  # so that the logins stay in sight
    _clear_half_built(data)
    _compare(data, options)
    return serve(service, prepare=lambda folder: _build(folder, options), greet=_greet)


def _clear_half_built(data: Path) -> None:
    """Remove a county whose building was interrupted. Refuses a folder that holds something else."""
    begun = data / f"{MARK}.building"
    folder = lock.DataFolder(data)
    if folder.is_owned():
        return  # the running one is found and named when we ask for the lock
    if begun.exists():
        print("The last start was interrupted while it built the county; building it anew.", flush=True)
        from plumbline.config.postgres import leftovers

        leftovers.stop(data / "postgres")
        shutil.rmtree(data)
    elif (data / "postgres").exists() and not (data / MARK).exists():
        raise CommandFailed(
            f"{data} holds an installation that is not the demonstration. Serve it with 'plumbline serve --data', "
            "or choose another folder for the demonstration with --data."
        )
    if not (data / MARK).exists():
        data.mkdir(parents=True, exist_ok=True)
        begun.touch()


def _compare(data: Path, options: argparse.Namespace) -> None:
    """Say so when the county that stands is not the one that was asked for."""
    mark = data / MARK
    if not mark.exists():
        return
    built = json.loads(mark.read_text())
    asked = {"locale": options.locale, "scale": options.scale, "seed": options.seed}
    different = [f"{name} {built[name]}, not {value}" for name, value in asked.items() if built[name] != value]
    if different:
        raise CommandFailed(
            f"The county in {data} was built with {', '.join(different)}. Remove that folder to build it anew, "
            "or choose another one with --data."
        )


def _build(data: Path, options: argparse.Namespace) -> None:
    """Build the county once; the mark is written last."""
    if (data / MARK).exists():
        return
    from plumbline.config.demo import build_county

    print("Building the county; this takes about a minute ...", flush=True)
    logins = build_county(locale=options.locale, scale=options.scale, seed=options.seed)
    mark = {
        "locale": options.locale,
        "scale": options.scale,
        "seed": options.seed,
        "logins": [[login.role, login.username, login.password] for login in logins],
    }
    making = data / f"{MARK}.making"
    making.write_text(json.dumps(mark, ensure_ascii=False, indent=1))
    making.chmod(0o600)
    making.replace(data / MARK)
    (data / f"{MARK}.building").unlink()


def _greet(service: Service) -> None:
    """Say where the county is and how to enter it."""
    mark = json.loads((service.data / MARK).read_text())
    print(f"\nQinghe county answers at {service.address}\n", flush=True)
    width = max(len(role) for role, _, _ in mark["logins"])
    names = max(len(name) for _, name, _ in mark["logins"])
    for role, name, password in mark["logins"]:
        print(f"  {role:<{width}}  {name:<{names}}  {password}")
    print("\nStop it with Ctrl-C. The county stays in", service.data, flush=True)
