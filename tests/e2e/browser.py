"""Debian's Chromium for the tests, and what stands around it: applications on origins of their own, TLS in front."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE, THERE = "id.example", "app.example"
"""Names that only this browser resolves: ours over https, and an application's."""
PAGE = b'<!doctype html><title>The application</title><link rel="icon" href="data:,"><h1>The application</h1>'


def chromium() -> str:
    """The browser's executable; on a machine without it Debian's package is installed first, and it is said."""
    found = shutil.which("chromium")
    if found is None and os.getuid() == 0 and shutil.which("apt-get"):
        print("licet: installing a browser for the tests: Debian's package chromium", file=sys.stderr)
        silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for work in (["update"], ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
            subprocess.run(["apt-get", "-qq", *work], stdout=subprocess.DEVNULL, env=silent, check=False)
        found = shutil.which("chromium")
    if found is None:
        raise AssertionError("the browser tests need chromium on the path: install Debian's package chromium")
    return found


@contextmanager
def launched(driver: Playwright, *more: str) -> Iterator[Browser]:
    """A running browser."""
    browser = driver.chromium.launch(executable_path=chromium(), args=[*FLAGS, *more])
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Application:
    """An application of somebody else: what browsers brought there, as method, path with query, and body."""

    port: int
    visits: list[tuple[str, str, str]] = field(default_factory=list)


@contextmanager
def application(tls: ssl.SSLContext | None = None) -> Iterator[Application]:
    """An application that listens, over TLS or plain; its path `/onward` leads to another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, body: str) -> None:
            told.visits.append((self.command, self.path, body))
            if self.path.startswith("/onward"):
                self.send_response(302)
                self.send_header("location", f"https://{THERE}/home")
                self.send_header("content-length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    told = Application(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for both names, signed by nobody."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HERE), x509.DNSName(THERE)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    kept.write_bytes(made.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept)
    return context


@contextmanager
def tls_front(tls: ssl.SSLContext, target: int) -> Iterator[int]:
    """A port that speaks TLS and hands the bytes on to a plain one."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=carry, args=(listening.accept()[0],), daemon=True).start()

        def carry(raw: socket.socket) -> None:
            with (
                suppress(OSError),
                raw,
                tls.wrap_socket(raw, server_side=True) as outer,
                socket.create_connection(("127.0.0.1", target)) as inner,
            ):
                threading.Thread(target=copy, args=(inner, outer), daemon=True).start()
                copy(outer, inner)

        def copy(source: socket.socket, sink: socket.socket) -> None:
            with suppress(OSError, ValueError):
                while data := source.recv(65_536):
                    sink.sendall(data)
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
