"""`tls_client_auth` (RFC 8705 section 2.1): a certificate of an authority, whose subject is the registered one.

That its chain ends at such an authority is the proxy's to verify, and to say.
"""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address

from cryptography import x509

from licet.oauth.client_auth.method import Method, Presented, Proven, by_certificate
from licet.services.clients import Client

NAMES = {"emailAddress": x509.NameOID.EMAIL_ADDRESS, "E": x509.NameOID.EMAIL_ADDRESS}
"""Attributes that RFC 4514 has no word for, and everybody writes."""


def _subject(certificate: x509.Certificate) -> Iterable[object]:
    return (certificate.subject,)


def _alternatives(kind: type[x509.GeneralName]) -> Callable[[x509.Certificate], Iterable[object]]:
    def found(certificate: x509.Certificate) -> Iterable[object]:
        try:
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return ()
        return [name.value for name in names if isinstance(name, kind)]

    return found


def _name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(text, NAMES)


SUBJECTS: Mapping[str, tuple[Callable[[str], object], Callable[[x509.Certificate], Iterable[object]]]] = {
    "tls_client_auth_subject_dn": (_name, _subject),
    "tls_client_auth_san_dns": (str, _alternatives(x509.DNSName)),
    "tls_client_auth_san_uri": (str, _alternatives(x509.UniformResourceIdentifier)),
    "tls_client_auth_san_ip": (ip_address, _alternatives(x509.IPAddress)),
    "tls_client_auth_san_email": (str, _alternatives(x509.RFC822Name)),
}
"""RFC 8705 section 2.1.2: how what is registered is read, and where a certificate has its like."""


UNREADABLE = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""A certificate, or a setting, that says nothing."""


def _proves(client: Client, presented: Presented, _now: int) -> Proven | None:
    certificate = presented.certificate
    if certificate is None or not certificate.verified:
        return None
    registered = {name: getattr(client.application, name) for name in SUBJECTS}
    said = [(name, value) for name, value in registered.items() if value is not None]
    # Exactly one is registered; an application with none is nobody, and not everybody.
    return Proven() if len(said) == 1 and _has(certificate.parsed, *said[0]) else None


def _has(certificate: x509.Certificate, setting: str, value: str) -> bool:
    read, found = SUBJECTS[setting]
    try:
        return read(value) in found(certificate)
    except UNREADABLE:
        return False


METHOD = Method(
    name="tls_client_auth",
    serves=frozenset({"tls_client_auth"}),
    parameter="client_id",
    presented=by_certificate,
    proves=_proves,
    certificate="verified",
)
