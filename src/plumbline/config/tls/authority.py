"""Makes an authority once, and certificates for servers as they are needed (X.509, P-256).

The authority's certificate is installed once on every phone and computer of the closed network; certificates live
at most 398 days, because browsers accept no longer ones.
"""

import ipaddress
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
CERTIFICATE, KEY = "authority.pem", "authority.key"


class AuthorityRefused(Exception):
    """No certificate was made; the text says why."""


def make_authority(folder: Path, *, name: str, at: datetime) -> Path:
    """Make an authority in the folder and return its certificate's path. Raises AuthorityRefused where one stands."""
    if (folder / KEY).exists():
        raise AuthorityRefused(f"An authority stands in {folder} already. Making another would void its certificates.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = _usage(key_cert_sign=True, crl_sign=True, digital_signature=False)
    certificate = (
        _builder(subject, subject, key.public_key(), at, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / KEY, key)
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / CERTIFICATE


def make_certificate(folder: Path, *, names: Sequence[str], at: datetime) -> tuple[Path, Path]:
    """Make a server's certificate for these names and addresses; return the paths of chain and key.

    Raises AuthorityRefused when there is no authority in the folder or no name is given.
    """
    if not names:
        raise AuthorityRefused("Name at least one host name or address under which browsers will open the pages.")
    authority, signer = _authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), at, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    chain = folder / f"{_file_name(names[0])}.pem"
    _write_key(chain.with_suffix(".key"), key)
    pem = serialization.Encoding.PEM
    chain.write_bytes(certificate.public_bytes(pem) + authority.public_bytes(pem))
    return chain, chain.with_suffix(".key")


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return the authority's certificate and key. Raises AuthorityRefused where there is none, or not one of ours."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise AuthorityRefused(f"There is no authority in {folder}. Make one: plumbline tls make-authority.") from error
    except ValueError as error:
        raise AuthorityRefused(f"The authority in {folder} cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise AuthorityRefused(f"The key in {folder} is not one that 'plumbline tls make-authority' made.")
    return certificate, key


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    """Return a certificate begun with what all have; it is valid a day early, for clocks that run behind."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=days))
    )


def _usage(*, digital_signature: bool, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    """Return what the key may be used for."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.GeneralName:
    """Return an address or a host name as certificates write it. Raises AuthorityRefused for neither."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        return x509.DNSName(text.encode("idna").decode("ascii"))
    except (UnicodeError, ValueError) as error:
        raise AuthorityRefused(f"{text!r} is neither a host name nor an address.") from error


def _file_name(text: str) -> str:
    """Return a name that can stand as a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in text.replace(".", "_"))


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key that only its owner may read."""
    form = serialization.PrivateFormat.PKCS8
    content = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
