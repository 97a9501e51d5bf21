"""Real certificates: an authority's, a client's own, and how proxies write them into a header."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.contract.dialects.house import EPOCH

NOW = datetime.fromtimestamp(EPOCH / 1000, UTC)
DN = "CN=machine,OU=Nightly,O=Acme\\, Inc.,C=DE"
"""The subject of every certificate here, as RFC 4514 writes it."""
SUBJECT = (
    (NameOID.COUNTRY_NAME, "DE"),
    (NameOID.ORGANIZATION_NAME, "Acme, Inc."),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "Nightly"),
    (NameOID.COMMON_NAME, "machine"),
)
NAMES = (
    x509.DNSName("machine.acme.example"),
    x509.UniformResourceIdentifier("spiffe://acme.example/machine"),
    x509.IPAddress(ip_address("2001:db8::7")),
    x509.RFC822Name("machine@acme.example"),
)


def name(subject: Sequence[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in subject])


@dataclass
class Pair:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def base64(self) -> str:
        return base64.b64encode(self.der).decode()

    @property
    def thumbprint(self) -> str:
        return base64.urlsafe_b64encode(self.certificate.fingerprint(SHA256())).rstrip(b"=").decode()

    def written(self, folder: Path, stem: str) -> tuple[str, str]:
        """Its files: certificate and key."""
        certificate, key = folder / f"{stem}.pem", folder / f"{stem}.key"
        certificate.write_text(self.pem)
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return str(certificate), str(key)


def issued(
    by: Pair | None = None,
    *,
    subject: Sequence[tuple[x509.ObjectIdentifier, str]] = SUBJECT,
    names: Sequence[x509.GeneralName] = NAMES,
    at: datetime = NOW,
    authority: bool = False,
) -> Pair:
    """A certificate of an authority, or signed by its own key; good for a day from `at`."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = by.certificate.subject if by else name(subject)
    made = (
        x509.CertificateBuilder(issuer, name(subject), key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Pair(made.sign(by.key if by else key, SHA256()), key)


def forwarded(pair: Pair, *, verified: bool = True) -> dict[str, str]:
    """The headers of a proxy that has verified the certificate, or has not."""
    return {
        "x-client-cert": quote(pair.pem, safe=""),
        "x-client-verify": "SUCCESS" if verified else "FAILED:self-signed",
    }
