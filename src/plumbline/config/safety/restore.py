"""Puts a backup into an empty data folder and an empty database."""

import shutil
import tarfile
from pathlib import Path

import psycopg

from plumbline.config.safety import programs
from plumbline.config.safety.archive import DUMP, FILES, LEFT_OUT, ArchiveRefused, Manifest, unpack

_FOLDER = "restoring"


def check_empty(data: Path) -> None:
    """Refuse a data folder that holds an installation. Raises ArchiveRefused."""
    held = [path.name for path in data.iterdir() if path.name not in LEFT_OUT] if data.exists() else []
    if held or (data / "postgres").exists():
        raise ArchiveRefused(
            f"{data} is not empty ({', '.join(sorted(held)[:3]) or 'postgres'}, ...). "
            "Restore into an empty folder with --data; nothing was changed."
        )


def check_database_empty(url: str) -> None:
    """Refuse a database that has tables. Raises ArchiveRefused."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise ArchiveRefused(f"The database has {row[0]} tables already; restore into an empty one.")


def unpack_checked(source: Path, data: Path) -> Manifest:
    """Unpack the backup beside the data and check every hash. Raises ArchiveRefused; then nothing stays."""
    folder = data / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        with tarfile.open(source, mode="r:") as archive:
            return unpack(archive, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ArchiveRefused(f"{source} cannot be read as a backup: {error}") from error
    except ArchiveRefused:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def restore(data: Path, url: str, checkpoint: str = "") -> None:
    """Fill the empty database from the unpacked dump, in one transaction, then move the files into place.

    ``checkpoint`` is the last one of the transparency log that was published, where it is known; without it the log goes
    on under a new name, since nobody knows what was published after the backup.
    Raises ArchiveRefused where the database is not empty or refuses the dump.
    """
    check_database_empty(url)
    folder = data / _FOLDER
    programs.load(url, folder / DUMP)
    files = folder / FILES.rstrip("/")
    if files.exists():
        for path in sorted(files.iterdir()):
            path.rename(data / path.name)
    _tell_the_log(data / "log", checkpoint)
    shutil.rmtree(folder)


def _tell_the_log(folder: Path, checkpoint: str) -> None:
    """Let the transparency log know that a backup was put back, or up to where it had been published."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if checkpoint:
        (folder / "checkpoint").write_text(checkpoint)
    else:
        (folder / "restored").touch(mode=0o600)
