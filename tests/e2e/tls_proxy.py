"""A proxy that ends TLS, asks for client certificates and passes them on, as a program of its own.

    python tls_proxy.py PORT UPSTREAM_PORT CERTIFICATE KEY CLIENT_CAS AUTHORITY

Clients may have no certificate, one of the authority, or another that stands in CLIENT_CAS. Upstream it comes from an
address of its own, so that the server can tell it from everybody else. One request a connection.
"""

import asyncio
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from cryptography import x509

ADDRESS = "127.0.0.2"
"""Where it comes from; the rest of 127.0.0.0/8 is the world."""
OWN = (b"x-client-", b"x-forwarded-", b"connection:")
MOST = 65_536


async def serve(port: int, upstream: int, tls: ssl.SSLContext, authority: x509.Name) -> None:
    """Serve until the process is ended."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            inward, outward = await asyncio.open_connection("127.0.0.1", upstream, local_addr=(ADDRESS, 0))
            told = told_of(writer.get_extra_info("ssl_object").getpeercert(binary_form=True), authority)
            outward.write(rewritten(head, [*told, b"X-Forwarded-Proto: https", b"Connection: close"]))
            await asyncio.gather(copied(reader, outward), copied(inward, writer))
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=tls)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await server.serve_forever()


def told_of(der: bytes | None, authority: x509.Name) -> Iterator[bytes]:
    """The headers about a certificate that the handshake has accepted."""
    if der is None:
        return
    pem = ssl.DER_cert_to_PEM_cert(der)
    yield b"X-Client-Cert: " + quote(pem, safe="").encode()
    verified = x509.load_der_x509_certificate(der).issuer == authority
    yield b"X-Client-Verify: " + (b"SUCCESS" if verified else b"FAILED")


def rewritten(head: bytes, more: list[bytes]) -> bytes:
    """The head of a request without what only the proxy may say, and with it."""
    request, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(OWN)]
    return b"\r\n".join([request, *kept, *more, b"", b""])


async def copied(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Everything from one side to the other; when one has ended, so has the exchange."""
    while piece := await source.read(MOST):
        sink.write(piece)
        await sink.drain()
    sink.close()


def main(port: str, upstream: str, certificate: str, key: str, client_cas: str, authority: str) -> None:
    """Run."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=client_cas)
    tls.load_cert_chain(certificate, key)
    tls.verify_mode = ssl.CERT_OPTIONAL
    issuer = x509.load_pem_x509_certificate(Path(authority).read_bytes()).subject
    asyncio.run(serve(int(port), int(upstream), tls, issuer))


if __name__ == "__main__":
    main(*sys.argv[1:])
