"""The local authority: certificates that a browser's rules accept, keys for their owner only."""

import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from plumbline.config.tls import AuthorityRefused, make_authority, make_certificate

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_server_with_its_certificate_is_trusted_by_who_trusts_the_authority(
    tmp_path: Path, socket_enabled: None
) -> None:
    import socket

    now = datetime.now(UTC)
    authority = make_authority(tmp_path / "tls", name="Qinghe", at=now)
    chain, key = make_certificate(tmp_path / "tls", names=["localhost", "127.0.0.1", "清河.example"], at=now)
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(chain, key)
    client_side = ssl.create_default_context(cafile=str(authority))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            plain, _ = listener.accept()
            with server_side.wrap_socket(plain, server_side=True) as secure:
                secure.sendall(b"hello")

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            socket.create_connection(listener.getsockname()) as plain,
            client_side.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            assert secure.recv(5) == b"hello"
        thread.join()


def test_what_is_written(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "tls", name="Qinghe", at=AT)
    chain, key = make_certificate(tmp_path / "tls", names=["10.0.0.5", "plumbline.lan"], at=AT)
    assert _mode(tmp_path / "tls" / "authority.key") == _mode(key) == 0o600
    made, issuer = x509.load_pem_x509_certificates(chain.read_bytes())
    assert issuer == x509.load_pem_x509_certificate(authority.read_bytes())
    made.verify_directly_issued_by(issuer)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["plumbline.lan"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.5"]
    assert made.not_valid_after_utc - AT < timedelta(days=398), "browsers accept no longer ones"
    assert issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_an_authority_is_made_once(tmp_path: Path) -> None:
    make_authority(tmp_path, name="Qinghe", at=AT)
    with pytest.raises(AuthorityRefused, match="stands"):
        make_authority(tmp_path, name="Qinghe", at=AT)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(AuthorityRefused, match="no authority"):
        make_certificate(tmp_path, names=["a.example"], at=AT)
    make_authority(tmp_path, name="Qinghe", at=AT)
    with pytest.raises(AuthorityRefused, match="at least one"):
        make_certificate(tmp_path, names=[], at=AT)
    with pytest.raises(AuthorityRefused, match="neither a host name"):
        make_certificate(tmp_path, names=["a" * 70 + ".example"], at=AT)
    (tmp_path / "authority.key").write_text("rubbish")
    with pytest.raises(AuthorityRefused, match="cannot be read"):
        make_certificate(tmp_path, names=["a.example"], at=AT)
