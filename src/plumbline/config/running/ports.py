"""Is a port free, who has it, which one is next."""

import contextlib
import socket

import psutil

TRIED = 50


def is_free(host: str, port: int) -> bool:
    """Tell whether this process could listen there. Raises OSError for a host that is not this machine's."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            return False
        except OSError as error:
            if error.errno != 98:  # EADDRINUSE; anything else is about the host, not the port
                raise
            return False
        return True


def holder(port: int) -> str:
    """Name who listens on the port, as far as we may see: ``python3 (process 4711)`` or ``another program``."""
    with contextlib.suppress(psutil.AccessDenied, psutil.NoSuchProcess, PermissionError):
        for connection in psutil.net_connections(kind="tcp"):
            address = connection.laddr or None
            listens = connection.status == psutil.CONN_LISTEN and address is not None and address.port == port
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program"


def next_free(host: str, port: int) -> int | None:
    """Return the next free port after ``port``, None when none of the next fifty is free."""
    return next((one for one in range(port + 1, min(port + TRIED, 65535) + 1) if is_free(host, one)), None)


def refusal(host: str, port: int) -> str:
    """Return the words for a port that cannot be had, with another one to try."""
    if port < 1024:
        reason = f"port {port} is taken by {holder(port)}, or reserved for the administrator of this machine"
    else:
        reason = f"port {port} is taken by {holder(port)}"
    other = next_free(host, max(port, 1024))
    return f"{reason}. Try --port {other}." if other else f"{reason}. Choose another with --port."
