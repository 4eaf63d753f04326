"""The doctor's look at the machine around the installation."""

import platform
import shutil
import stat
import subprocess
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from cryptography import x509
from django.conf import settings

from plumbline.config.doctor.findings import Finding, later, now, well
from plumbline.config.running import lock
from plumbline.config.safety import last_backup
from plumbline.web.ops import checks

OLDEST_BACKUP = timedelta(days=7)
EXPIRES_SOON = timedelta(days=30)


def versions(_at: datetime) -> list[Finding]:
    """Tell the versions, for letters to those who help."""
    told = f"{version('plumbline')}, Python {platform.python_version()}, Django {version('django')}"
    found = [well("Plumbline", told)]
    if settings.DEBUG:
        found.append(now("Plumbline", "PLUMBLINE_DEBUG is on", "Unset it: errors would show the insides to visitors."))
    return found


def secrets(_at: datetime) -> list[Finding]:
    """Look at who may read the secrets of the data folder."""
    folder = Path(settings.DATA_DIR)
    places = [folder / "secret-key", folder / "tls" / "authority.key", *sorted((folder / "tls").glob("*.key"))]
    wide = [path for path in dict.fromkeys(places) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    found = [now("secrets", f"others may read {path}", f"chmod 600 {path}") for path in wide]
    if len(settings.SECRET_KEY) < 40:
        advice = "Give PLUMBLINE_SECRET_KEY at least 40 random characters."
        found.append(now("secrets", "the secret key is short", advice))
    return found or [well("secrets", "only their owner may read them")]


def connections(at: datetime) -> list[Finding]:
    """Look at whether pages travel securely, and how long the certificates hold."""
    found = [_certificate(path, at) for path in sorted((Path(settings.DATA_DIR) / "tls").glob("*.pem"))]
    running = lock.read(Path(settings.DATA_DIR))
    if settings.TLS or (running and running.address.startswith("https:")):
        return [*found, well("TLS", "pages are served securely")]
    advice = "See docs/running.md: --tls-cert, 'plumbline tls', or a proxy with PLUMBLINE_TLS=1."
    return [*found, later("TLS", "pages are served without it: no passkeys or camera on phones", advice)]


def _certificate(path: Path, at: datetime) -> Finding:
    """Look at one certificate."""
    try:
        ends = x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc
    except (ValueError, IndexError, OSError):
        return later("TLS", f"{path.name} cannot be read as a certificate", "Remove it or make it anew.")
    if ends - at < EXPIRES_SOON:
        return now("TLS", f"{path.name} holds until {ends:%Y-%m-%d}", "Make a new one: plumbline tls make-cert")
    return well("TLS", f"{path.name} holds until {ends:%Y-%m-%d}")


def documents(_at: datetime) -> list[Finding]:
    """Look for what PDF documents need: the library and Chinese fonts."""
    found = []
    try:
        import weasyprint  # noqa: F401 - loading it is the test
    except OSError as error:
        advice = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        found.append(now("documents", f"PDF cannot be made: {str(error).splitlines()[0]}", advice))
    if not _has_chinese_font():
        found.append(now("documents", "no Chinese font is installed", "apt-get install fonts-noto-cjk"))
    return found or [well("documents", "PDF and Chinese fonts are there")]


def _has_chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed."""
    lister = shutil.which("fc-list")
    if lister is None:
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    listed = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)  # noqa: S603
    return bool(listed.stdout.strip())


def backups(at: datetime) -> list[Finding]:
    """Look for a fresh backup."""
    last = last_backup(Path(settings.DATA_DIR))
    if last is None:
        return [later("backup", "none was made from this data folder", "plumbline backup FILE, each night")]
    if at - last > OLDEST_BACKUP:
        return [now("backup", f"the last is of {last:%Y-%m-%d}", "plumbline backup FILE, each night")]
    return [well("backup", f"the last is of {last:%Y-%m-%d}")]


def disk(_at: datetime) -> list[Finding]:
    """Look for room in the data folder."""
    check = checks.disk()
    if check.is_well:
        free = shutil.disk_usage(settings.DATA_DIR).free / 1e9
        return [well("disk", f"{free:.1f} GB are free")]
    return [now("disk", check.reason, "Make room, or move the data folder to a larger disk.")]
