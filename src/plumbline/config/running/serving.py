"""Serving an installation: database, pages and worker under one supervisor, from start to stop."""

import http.client
import os
import shutil
import signal
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from plumbline.config import environment
from plumbline.config.errors import CommandFailed
from plumbline.config.postgres import EmbeddedServer, ServerFailed
from plumbline.config.running import application, database, lock, ports
from plumbline.config.running.supervisor import Child, Supervisor

ANY_HOST = {"0.0.0.0", "::", ""}  # noqa: S104 - names of "every address", compared only


@dataclass(frozen=True)
class Service:
    """What is served where: the data folder, the address, the certificate."""

    data: Path
    command: str
    host: str
    port: int
    tls_cert: Path | None = None
    tls_key: Path | None = None
    move_port: bool = False
    """Take the next free port when the wanted one is taken, instead of refusing."""

    @property
    def address(self) -> str:
        """The address as a person types it."""
        host = "127.0.0.1" if self.host in ANY_HOST else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_cert else 'http'}://{shown}:{self.port}"


def settle_port(service: Service) -> Service:
    """Return the service with a port it can have. Raises CommandFailed that names the holder and offers another."""
    try:
        if ports.is_free(service.host, service.port):
            return service
    except OSError as error:
        raise CommandFailed(f"This machine cannot listen on {service.host}: {error.strerror or error}.") from error
    words = ports.refusal(service.host, service.port)
    other = ports.next_free(service.host, max(service.port, 1024))
    if not service.move_port or other is None:
        raise CommandFailed(words[0].upper() + words[1:])
    print(f"{words.split('. ')[0].capitalize()}; using {other} instead.", flush=True)
    return Service(**{**service.__dict__, "port": other})


def check_certificate(service: Service) -> None:
    """Refuse a certificate that cannot be used, before anything starts."""
    if bool(service.tls_cert) != bool(service.tls_key):
        raise CommandFailed("--tls-cert and --tls-key belong together: give both or neither.")
    if service.tls_cert and service.tls_key:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(service.tls_cert, service.tls_key)
        except (OSError, ssl.SSLError) as error:
            raise CommandFailed(
                f"The certificate {service.tls_cert} with the key {service.tls_key} cannot be used: {error}"
            ) from error


def serve(
    service: Service,
    *,
    prepare: Callable[[Path], None] = lambda _data: None,
    greet: Callable[[Service], None] = lambda _service: None,
) -> int:
    """Run the installation until it is told to stop; return the exit code.

    ``prepare`` runs once the tables stand and before pages are served; ``greet`` when the first page answers.
    """
    check_certificate(service)
    folder = lock.DataFolder(service.data)
    if environment.database_url():
        database.check_version(environment.database_url())
    database.own(folder, service.command)
    server: EmbeddedServer | None = None
    try:
        service = settle_port(service)
        server, url = _database(folder)
        _make_ready(service, folder, url)
        prepare(service.data)
        return _supervise(service, folder, server, greet)
    except ServerFailed as error:
        raise CommandFailed(str(error)) from error
    finally:
        if server:
            server.stop()
        folder.release()


def _database(folder: lock.DataFolder) -> tuple[EmbeddedServer | None, str]:
    """Start the embedded server, unless the environment names another database."""
    given = environment.database_url()
    if given:
        return None, given
    server = database.launch(folder)
    return server, server.url()


def _make_ready(service: Service, folder: lock.DataFolder, url: str) -> None:
    """Set the environment of this process and its children, bring tables and static files up to date."""
    if service.tls_cert:
        os.environ["PLUMBLINE_TLS"] = "1"
    if not environment.names_hosts() and service.host not in {"127.0.0.1", "localhost", "::1"}:
        os.environ["PLUMBLINE_HOSTS"] = ",".join(own_names(service.host))
    application.set_up(service.data, url)
    if application.migrate():
        print("The tables are up to date.", flush=True)
    if application.collect_static():
        print("The static files are in place.", flush=True)
    metrics = folder.folder / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()


def own_names(host: str) -> list[str]:
    """Return the names and addresses under which browsers may reach this machine."""
    import socket

    names = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), socket.getfqdn()}
    if host not in ANY_HOST:
        names.add(f"[{host}]" if ":" in host else host)
        return sorted(names)
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET:
                names.add(one.address)
            elif one.family == socket.AF_INET6:
                names.add(f"[{one.address.split('%')[0]}]")
    return sorted(names)


def children(service: Service) -> list[Child]:
    """Return the processes of an installation: the web server and one worker."""
    threads, processes = environment.web_threads(), environment.web_processes()
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "plumbline.config.wsgi:application",
        "--host", service.host, "--port", str(service.port), "--workers", str(processes),
        "--blocking-threads", str(threads), "--no-ws", "--no-access-log", "--log-level", "warning",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5",
    ]  # fmt: skip
    if service.tls_cert and service.tls_key:
        web += ["--ssl-certificate", str(service.tls_cert), "--ssl-keyfile", str(service.tls_key)]
    metrics = {"PROMETHEUS_MULTIPROC_DIR": str(service.data / "metrics")}
    return [
        Child("web", web, {**metrics, "PLUMBLINE_DATABASE_POOL": str(threads + 1), "PLUMBLINE_SUPERVISED": "1"}),
        Child(
            "worker",
            [sys.executable, "-m", "plumbline.config.cli", "worker"],
            {"PLUMBLINE_SUPERVISED": "1"},
            after_ready=True,
            orphaned=signal.SIGKILL,  # its database is gone as well; its jobs are found and started again
        ),
    ]


def _supervise(
    service: Service, folder: lock.DataFolder, server: EmbeddedServer | None, greet: Callable[[Service], None]
) -> int:
    """Run the children until told to stop."""

    def changed(groups: object) -> None:
        if folder.running:
            folder.running.address = service.address
            folder.running.groups = list(groups)  # type: ignore[call-overload]
            folder.save()

    from django.db import connections

    connections.close_all()
    return Supervisor(
        children(service),
        database=server,
        ready=lambda: answers(service),
        when_up=lambda: greet(service),
        changed=changed,
    ).run()


def answers(service: Service) -> bool:
    """Tell whether the pages answer, whatever they say."""
    host = "127.0.0.1" if service.host in ANY_HOST else service.host
    connection: http.client.HTTPConnection
    if service.tls_cert:
        unchecked = ssl.create_default_context()
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE  # we ask ourselves whether we are up, nothing secret is said
        connection = http.client.HTTPSConnection(host, service.port, timeout=2, context=unchecked)
    else:
        connection = http.client.HTTPConnection(host, service.port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
