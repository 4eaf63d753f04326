"""Reads the environment: the one place that knows the names of its variables."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable: 1, true, yes and on are yes."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, *, default: str) -> list[str]:
    """Return a comma-separated variable as a list without empty words."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def integer(name: str, *, default: int, least: int = 0) -> int:
    """Return a whole number. Raises ValueError that names the variable, for what is no number or below ``least``."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices, the first by default. Raises ValueError that names them for anything else."""
    value = os.environ.get(name, choices[0])
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class SignOn:
    """The office's own sign-in by OpenID Connect: ``claim`` carries the user name that the account has here."""

    issuer: str
    client_id: str
    secret: str
    name: str
    claim: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def app(self) -> dict[str, Any]:
        """The provider as django-allauth is told of it."""
        return {
            "provider_id": "office", "name": self.name, "client_id": self.client_id, "secret": self.secret,
            "settings": {"server_url": self.issuer, "uid_field": "sub"},
        }  # fmt: skip


def sign_on() -> SignOn | None:
    """Return the office's sign-in from the ``PLUMBLINE_OIDC_`` variables, None where no issuer is named.

    Raises ValueError that names the variable that is missing, and for an issuer without TLS elsewhere than on this machine.
    """
    issuer = os.environ.get("PLUMBLINE_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError(f"PLUMBLINE_OIDC_ISSUER must begin with https://, this one is {issuer!r}")
    needed = ("PLUMBLINE_OIDC_CLIENT_ID", "PLUMBLINE_OIDC_CLIENT_SECRET")
    client_id, secret = (os.environ.get(name, "").strip() for name in needed)
    for name, value in zip(needed, (client_id, secret), strict=True):
        if not value:
            raise ValueError(f"PLUMBLINE_OIDC_ISSUER is set, so {name} is needed too")
    claim = os.environ.get("PLUMBLINE_OIDC_CLAIM", "preferred_username").strip()
    title = os.environ.get("PLUMBLINE_OIDC_NAME", "").strip() or str(parts.hostname)
    return SignOn(issuer, client_id, secret, title, claim)


def log_origin() -> str:
    """Return ``PLUMBLINE_LOG_ORIGIN``, else the first of ``PLUMBLINE_ORIGINS`` as a host with ``/log``, else nothing.

    Raises ValueError for a name with spaces or plus signs, which no signed note can carry.
    """
    name = os.environ.get("PLUMBLINE_LOG_ORIGIN", "").strip().strip("/")
    origins = words("PLUMBLINE_ORIGINS", default="")
    if not name and origins:
        name = f"{urlsplit(origins[0]).netloc}/log"
    if "+" in name or any(sign.isspace() for sign in name) or len(name) > 150:
        raise ValueError(f"PLUMBLINE_LOG_ORIGIN is a host and a path such as plumbline.example/log, not {name!r}")
    return name


def web_processes() -> int:
    """Return how many processes answer requests: ``PLUMBLINE_WEB_PROCESSES``, else one per core, at most four."""
    return integer("PLUMBLINE_WEB_PROCESSES", default=min(4, os.cpu_count() or 1), least=1)


def web_threads() -> int:
    """Return how many requests each process answers at once: ``PLUMBLINE_WEB_THREADS``, else four."""
    return integer("PLUMBLINE_WEB_THREADS", default=4, least=1)


def time_zone() -> str:
    """Return ``PLUMBLINE_TIME_ZONE``, else Beijing's. Raises ValueError for a name that is no time zone."""
    name = os.environ.get("PLUMBLINE_TIME_ZONE", "Asia/Shanghai")
    if name not in available_timezones():
        raise ValueError(f"PLUMBLINE_TIME_ZONE names no time zone: {name!r} (one is Asia/Shanghai)")
    return name


def database_url() -> str:
    """Return ``DATABASE_URL``, empty where the embedded server is meant."""
    return os.environ.get("DATABASE_URL", "")


def names_hosts() -> bool:
    """Tell whether ``PLUMBLINE_HOSTS`` is given."""
    return "PLUMBLINE_HOSTS" in os.environ


def is_supervised() -> bool:
    """Tell whether this process was started by our own supervisor, with which it ends."""
    return os.environ.get("PLUMBLINE_SUPERVISED") == "1"


def runtime_dir() -> Path:
    """Return the system's folder for sockets of this user: ``XDG_RUNTIME_DIR``, else that for temporary files."""
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())


def data_dir() -> Path:
    """Return the data folder: ``PLUMBLINE_DATA``, else ``data`` in the working folder."""
    return Path(os.environ.get("PLUMBLINE_DATA", "data")).resolve()


def secret_key(folder: Path) -> str:
    """Return ``PLUMBLINE_SECRET_KEY``, else the key of the data folder: made on first use, for its owner's eyes."""
    given = os.environ.get("PLUMBLINE_SECRET_KEY")
    if given:
        return given
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database() -> dict[str, Any]:
    """Return Django's database settings from ``DATABASE_URL`` (``postgresql://user:password@host:port/name?option=value``).

    A host in the query (``?host=/folder``) is a socket folder. Raises ValueError for another kind of address.
    """
    url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://localhost/plumbline"))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must begin with postgresql://, this one begins with {url.scheme}://")
    options: dict[str, Any] = dict(parse_qsl(url.query))
    host = options.pop("host", None) or url.hostname or ""
    pool = integer("PLUMBLINE_DATABASE_POOL", default=0)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 20, "max_idle": 300}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "plumbline",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
