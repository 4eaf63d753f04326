"""``plumbline serve`` and ``plumbline worker``."""

import argparse
from pathlib import Path

from plumbline.config.cli.common import Commands, add_command, application_for, data_folder, existing_file
from plumbline.config.running.serving import Service, serve

SERVE = """Serve an installation: pages and one worker, with the embedded PostgreSQL unless DATABASE_URL names another.

Runs in the foreground; Ctrl-C or SIGTERM stops everything in order. On an empty data folder it prints a one-time link
that makes the first administrator. Phones need a secure connection: see --tls-cert and 'plumbline tls'."""


def add(commands: Commands) -> None:
    """Add the commands."""
    made = add_command(commands, "serve", run_serve, summary="serve the pages, with worker and database", about=SERVE)
    add_address(made)
    made.add_argument("--tls-cert", type=existing_file, metavar="FILE", help="certificate chain (PEM)")
    made.add_argument("--tls-key", type=existing_file, metavar="FILE", help="its private key (PEM)")
    add_command(
        commands,
        "worker",
        run_worker,
        summary="run one more worker for background jobs",
        about="Run a worker. 'serve' and 'demo' bring one; more of them may run, also on other machines with the "
        "same DATABASE_URL.",
    )


def add_address(made: argparse.ArgumentParser) -> None:
    """Add the options that say where pages are served."""
    made.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all (%(default)s)")
    made.add_argument("--port", type=port, default=8000, help="port to listen on (%(default)s)")


def port(text: str) -> int:
    """Return a port number. Raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def run_serve(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    service = Service(
        data=data_folder(options),
        command="serve",
        host=options.host,
        port=options.port,
        tls_cert=_whole(options.tls_cert),
        tls_key=_whole(options.tls_key),
    )
    return serve(service, greet=greet)


def _whole(path: Path | None) -> Path | None:
    return path.resolve() if path else None


def greet(service: Service) -> None:
    """Say where the pages are, and how the first administrator is made while there is none."""
    from plumbline.web.setup.links import ensure_setup_link

    print(f"\nPlumbline answers at {service.address}\nStop it with Ctrl-C.", flush=True)
    link = ensure_setup_link(service.address)
    if link:
        print(f"\nThere is no administrator yet. Open this link once to begin:\n  {link}\n", flush=True)


def run_worker(options: argparse.Namespace) -> int:
    """Run background jobs until told to stop."""
    with application_for(options, "worker"):
        from plumbline.kernel.jobs import worker_main

        return int(worker_main() or 0)
