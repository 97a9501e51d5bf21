"""Keys of clients over real sockets: certificates through a proxy that ends TLS, proofs that every node remembers."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.conformance.certificates import DN, SUBJECT, Pair, forwarded, issued
from tests.conformance.holding import Key
from tests.e2e import tls_proxy
from tests.e2e.server import Served, free_port, serve
from tests.postgres import own_database

TOKEN, INTROSPECT, REGISTER = "/oauth2/token", "/oauth2/introspect", "/oauth2/register"
MACHINE = {"client_name": "Machine", "grant_types": ["client_credentials"]}
WANTED = {"grant_type": "client_credentials"}


@dataclass
class Front:
    """An instance behind its proxy, an authority, and a certificate that only its client vouches for."""

    url: str
    served: Served
    authority: Pair
    own: Pair
    trusted: ssl.SSLContext
    folder: Path

    @contextmanager
    def client(self, pair: Pair | None = None) -> Iterator[httpx.Client]:
        """A client on a connection with that certificate, or with none."""
        tls = ssl.create_default_context(cadata=self.authority.pem)
        if pair is not None:
            tls.load_cert_chain(*pair.written(self.folder, "client"))
        with httpx.Client(base_url=self.url, verify=tls, timeout=30) as client:
            yield client

    def register(self, **metadata: object) -> dict[str, str]:
        with self.client() as client:
            answer = client.post(REGISTER, json={**MACHINE, **metadata})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def asked(self, registered: dict[str, str], pair: Pair | None, **headers: str) -> httpx.Response:
        """A token request on a connection with that certificate."""
        with self.client(pair) as client:
            return client.post(TOKEN, data={**WANTED, "client_id": registered["client_id"]}, headers=headers)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, now = tmp_path_factory.mktemp("front"), datetime.now(UTC)
    authority = issued(subject=((NameOID.COMMON_NAME, "Authority"),), names=(), at=now, authority=True)
    names = (x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
    server, own = issued(authority, names=names, at=now), issued(at=now, authority=True)
    port, public = free_port(), free_port()
    url = f"https://localhost:{public}"
    said = {
        "LICET_LIMITS": "off",
        "LICET_ISSUER": url,
        "LICET_ORIGINS": f"http://127.0.0.1:{port}",
        "LICET_TRUSTED_PROXIES": f"{tls_proxy.ADDRESS}/32",
        "LICET_CLIENT_CERTIFICATE_HEADER": "X-Client-Cert",
        "LICET_CLIENT_CERTIFICATE_VERIFIED_HEADER": "X-Client-Verify",
    }
    authorities = folder / "authorities.pem"
    authorities.write_text(authority.pem + own.pem)
    files = (*server.written(folder, "server"), str(authorities), authority.written(folder, "authority")[0])
    command = [sys.executable, tls_proxy.__file__, str(public), str(port), *files]
    with (
        serve(folder, "", port=port, environment=said) as served,
        subprocess.Popen(command, stdout=subprocess.PIPE) as proxy,
    ):
        assert proxy.stdout is not None
        assert proxy.stdout.readline() == b"listening\n"
        yield Front(url, served, authority, own, ssl.create_default_context(cadata=authority.pem), folder)
        proxy.terminate()


def machine(front: Front) -> Pair:
    return issued(front.authority, at=datetime.now(UTC))


@pytest.mark.rfc(8705, "2.1")
@pytest.mark.rfc(8705, "3.2")
def test_a_machine_proves_itself_by_the_certificate_of_its_connection(front: Front):
    bound = {"tls_client_certificate_bound_access_tokens": True}
    registered = front.register(token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=DN, **bound)
    pair = machine(front)
    answer = front.asked(registered, pair)
    assert answer.status_code == 200, answer.text
    with front.client(pair) as client:
        form = {"client_id": registered["client_id"], "token": answer.json()["access_token"]}
        assert client.post(INTROSPECT, data=form).json()["cnf"] == {"x5t#S256": pair.thumbprint}
    stranger = issued(front.authority, subject=SUBJECT[:2], at=datetime.now(UTC))
    assert front.asked(registered, stranger).status_code == 401
    assert front.asked(registered, None).status_code == 401
    # Its subject is the registered one, and no authority says so.
    assert front.asked(registered, front.own).status_code == 401


@pytest.mark.rfc(8705, "2.2")
def test_a_machine_brings_its_own_certificate(front: Front):
    jwks = {"keys": [{"kty": "EC", "x5c": [front.own.base64]}]}
    registered = front.register(token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks)
    assert front.asked(registered, front.own).status_code == 200
    assert front.asked(registered, machine(front)).status_code == 401


@pytest.mark.attack(81)
@pytest.mark.rfc(8705, "6.5")
def test_a_header_that_somebody_wrote_is_no_certificate(front: Front):
    registered = front.register(token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=DN)
    forged = forwarded(machine(front))
    assert front.asked(registered, None, **forged).status_code == 401
    assert front.asked(registered, front.own, **forged).status_code == 401
    direct = {**forged, "host": front.url.removeprefix("https://"), "x-forwarded-for": tls_proxy.ADDRESS}
    with front.served.client() as client:
        form = {**WANTED, "client_id": registered["client_id"]}
        assert client.post(TOKEN, data=form, headers=direct).status_code == 401
    # A certificate that the proxy does not know never gets as far as we are.
    with pytest.raises(httpx.TransportError):
        front.asked(registered, issued(at=datetime.now(UTC)))


@pytest.fixture
def nodes(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Served, Served]]:
    """Two processes of one instance: one database, one key, one name."""
    ports = free_port(), free_port()
    said = {
        "LICET_LIMITS": "off",
        "LICET_DPOP_NONCE": "required",
        "LICET_ISSUER": f"http://127.0.0.1:{ports[0]}",
        "LICET_ORIGINS": f"http://127.0.0.1:{ports[1]}",
    }
    with ExitStack() as stack:
        database = stack.enter_context(own_database(postgres_url))
        one, other = (stack.enter_context(serve(tmp_path, database, port=port, environment=said)) for port in ports)
        yield one, other


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "11.1")
def test_a_proof_that_one_node_has_seen_is_spent_at_the_other(nodes: tuple[Served, Served]):
    one, other = nodes
    key, claims = Key(), {"htm": "POST", "htu": one.url + TOKEN, "iat": int(datetime.now(UTC).timestamp())}

    def proof(**more: str) -> dict[str, str]:
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk}
        return {"dpop": key.sign(header, {**claims, **more}), "host": one.url.removeprefix("http://")}

    with one.client() as first, other.client() as second:
        made = first.post(REGISTER, json={**MACHINE, "dpop_bound_access_tokens": True}).json()
        mine = made["client_id"], made["client_secret"]
        refused = first.post(TOKEN, data=WANTED, auth=mine, headers=proof(jti="1"))
        assert refused.json()["error"] == "use_dpop_nonce"
        good = proof(jti="2", nonce=refused.headers["dpop-nonce"])
        assert second.post(TOKEN, data=WANTED, auth=mine, headers=good).json()["token_type"] == "DPoP"
        for node in (first, second):
            again = node.post(TOKEN, data=WANTED, auth=mine, headers=good)
            assert (again.status_code, again.json()["error"]) == (400, "invalid_dpop_proof")
