"""Backup and restore of a whole installation, each file with its sha256."""

from plumbline.config.safety.archive import ArchiveRefused
from plumbline.config.safety.backup import back_up, last_backup
from plumbline.config.safety.restore import restore

__all__ = ["ArchiveRefused", "back_up", "last_backup", "restore"]
