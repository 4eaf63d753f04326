"""``plumbline backup`` and ``plumbline restore``."""

import argparse
import shutil
from pathlib import Path

from plumbline.config import environment
from plumbline.config.cli.common import Commands, add_command, application_for, data_folder, existing_file
from plumbline.config.errors import CommandFailed
from plumbline.config.running import application
from plumbline.config.running.database import open_database

BACKUP = """Write one file with everything: the database, evidence, snapshots and the secret key, each with its sha256.

It may run while Plumbline serves. Keep the file where only the administrator reaches it: it holds all data and the
secret key. Restore it with 'plumbline restore'."""


def add(commands: Commands) -> None:
    """Add the commands."""
    made = add_command(commands, "backup", run_backup, summary="write a backup of everything to one file", about=BACKUP)
    made.add_argument("file", type=Path, metavar="FILE", help="the file to write; it must not exist")
    made = add_command(
        commands,
        "restore",
        run_restore,
        summary="put a backup into an empty data folder",
        about="Put a backup into an empty data folder (and an empty database, where DATABASE_URL names one). "
        "Every file is checked against its sha256 before anything is written.",
    )
    made.add_argument("file", type=existing_file, metavar="FILE", help="the backup")
    made.add_argument(
        "--checkpoint",
        type=existing_file,
        metavar="FILE",
        help="log/checkpoint of the old data folder: the transparency log's last one. With it the log goes on under its "
        "name if nothing is missing; without it, under a new one, since entries may have been published after the backup",
    )


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup and say what is in it."""
    from plumbline.config.safety import ArchiveRefused, back_up

    target: Path = options.file.resolve()
    with application_for(options, "backup"):
        from plumbline.kernel import clock

        try:
            manifest = back_up(target, data=data_folder(options), url=environment.database_url(), at=clock.now())
        except ArchiveRefused as error:
            raise CommandFailed(str(error)) from error
    print(f"{target}: {len(manifest.entries)} files, {target.stat().st_size / 1e6:.1f} MB, each with its sha256.")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Restore a backup; on failure the folder is as empty as before."""
    from plumbline.config.safety import ArchiveRefused
    from plumbline.config.safety.restore import check_empty, restore, unpack_checked

    data = data_folder(options)
    try:
        check_empty(data)
        manifest = unpack_checked(options.file, data)
        try:
            with open_database(data, "restore") as url:
                restore(data, url, options.checkpoint.read_text() if options.checkpoint else "")
                application.set_up(data, url)
                application.migrate()
        except (ArchiveRefused, CommandFailed):
            _empty(data)
            raise
    except ArchiveRefused as error:
        raise CommandFailed(str(error)) from error
    print(f"Restored the backup of {manifest.made_at} into {data}: {len(manifest.entries)} files, all as they were.")
    return 0


def _empty(data: Path) -> None:
    """Remove what a failed restore brought into the folder, which was empty before."""
    for path in data.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
