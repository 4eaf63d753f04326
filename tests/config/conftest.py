"""Folders for whole installations."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def places() -> Iterator[Path]:
    """Return a folder below which embedded servers may live.

    Not pytest's own: as root, every test run closes that one to other accounts, and PostgreSQL runs as one of them.
    """
    folder = Path(tempfile.mkdtemp(prefix="plumbline-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(places: Path) -> Path:
    """Return an empty folder for one test."""
    folder = Path(tempfile.mkdtemp(dir=places))
    folder.chmod(0o755)
    return folder
