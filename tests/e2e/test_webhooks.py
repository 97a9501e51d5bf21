"""Webhooks to a real receiver over TLS: signed, tried again, delivered after a kill, and never to the inside."""

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.e2e.receiver import Authority, Behaves, Receiver, answers, authority, receiver
from tests.e2e.server import Served, serve
from tests.postgres import own_database

HOOKS = "/api/organizations/acme/webhooks"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with own_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def environment(trusted: Authority, *ports: int) -> dict[str, str]:
    listed = " ".join(f"{host}:{port}" for port in ports for host in ("localhost", "127.0.0.1"))
    return {"LICET_FETCH_ALLOW": listed, "LICET_FETCH_CA_FILE": str(trusted.certificate), "LICET_LIMITS": "off"}


def first(*behaviours: Behaves) -> Behaves:
    """One behaviour after the other; the last for good."""
    waiting = list(behaviours)

    async def behave(writer: asyncio.StreamWriter) -> None:
        await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(writer)

    return behave


async def silence(_writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


@asynccontextmanager
async def alice(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        said = {"username": "alice", "password": "password"}
        token = (await client.post("/api/manage/session", json=said)).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def subscribed(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = await client.post(HOOKS, json={"url": url, "events": ["oauth_app.created"]})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def registered(client: httpx.AsyncClient) -> str:
    body = {"name": "Ledger", "scopes": ["read:members"], "organizationId": "acme"}
    answer = await client.post("/api/oauth/apps", json=body)
    assert answer.status_code == 201, answer.text
    client_id: str = answer.json()["clientId"]
    return client_id


async def attempted(
    client: httpx.AsyncClient, webhook: dict[str, Any], attempts: int, *, success: bool = False
) -> dict[str, Any]:
    """The first delivery of a webhook, once what became of so many attempts is known; with `success` once one was."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        listed = (await client.get(f"{HOOKS}/{webhook['id']}/deliveries")).json()
        delivery: dict[str, Any] = listed[-1] if listed else {"attempts": 0}
        known = delivery["attempts"] > attempts or delivery.get("statusCode") is not None
        known = known and delivery.get("success", False) >= success
        if delivery["attempts"] >= attempts and known:
            return delivery
        await asyncio.sleep(0.1)
    raise AssertionError(f"{listed} after {PATIENCE} s")


async def seen(it: Receiver) -> None:
    """Wait for the first request."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not it.seen:  # noqa: ASYNC110 what is awaited is another process
        await asyncio.sleep(0.01)
    assert it.seen


def parted(request: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request as it came."""
    head, _, body = request.partition(b"\r\n\r\n")
    return dict(line.decode().lower().split(": ", 1) for line in head.split(b"\r\n")[1:]), body


async def test_a_receiver_that_fails_first_gets_the_same_event_again(tmp_path: Path, database: str, trusted: Authority):
    behaves = first(answers(b"not now", status="500 Oops"), answers(b"thanks" * 1000))
    async with receiver(behaves, trusted.tls) as it:
        with serve(tmp_path, database, environment=environment(trusted, it.port)) as served:
            async with alice(served) as client:
                webhook = await subscribed(client, f"https://localhost:{it.port}/in?from=licet")
                client_id = await registered(client)
                delivery = await attempted(client, webhook, 2, success=True)
    assert (delivery["statusCode"], delivery["success"]) == (200, True)
    assert delivery["responseBody"] == ("thanks" * 1000)[:1024]
    assert [request.partition(b"\r\n")[0] for request in it.seen] == [b"POST /in?from=licet HTTP/1.1"] * 2
    (_, body), (headers, again) = map(parted, it.seen)
    assert body == again
    event = orjson.loads(body)
    assert (event["event"], event["data"]["clientId"]) == ("oauth_app.created", client_id)
    assert headers["x-webhook-id"] == webhook["id"]
    assert (
        headers["x-webhook-signature"] == f"sha256={hmac.new(webhook['secret'].encode(), body, 'sha256').hexdigest()}"
    )
    assert abs(int(headers["x-webhook-timestamp"]) - time.time()) < PATIENCE
    assert webhook["secret"] not in served.said


async def test_what_a_killed_server_had_in_hand_is_delivered_after_its_restart(
    tmp_path: Path, database: str, trusted: Authority
):
    async with receiver(first(silence, answers(b"")), trusted.tls) as it:
        said = environment(trusted, it.port)
        with serve(tmp_path, database, environment=said) as served:
            async with alice(served) as client:
                webhook = await subscribed(client, f"https://localhost:{it.port}/in")
                await registered(client)
                await seen(it)
                served.kill()
        with serve(tmp_path, database, environment=said) as served:
            async with alice(served) as client:
                delivery = await attempted(client, webhook, 2, success=True)
    assert (delivery["success"], delivery["attempts"]) == (True, 2)
    bodies = [body for _, body in map(parted, it.seen)]
    assert bodies.count(bodies[0]) == 2


@pytest.mark.attack(63, 65)
async def test_only_the_listed_port_is_ever_connected_to(tmp_path: Path, trusted: Authority):
    async with receiver(answers(b"inside"), trusted.tls) as inside:
        away = f"Location: https://localhost:{inside.port}/"
        async with receiver(answers(b"", away, status="307 Elsewhere"), trusted.tls) as outside:
            with serve(tmp_path, "", environment=environment(trusted, outside.port)) as served:
                async with alice(served) as client:
                    redirected = await subscribed(client, f"https://localhost:{outside.port}/")
                    hosts = ("localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]")
                    within = [await subscribed(client, f"https://{host}:{inside.port}/") for host in hosts]
                    within.append(await subscribed(client, "https://169.254.169.254/latest/meta-data"))
                    await registered(client)
                    assert (await attempted(client, redirected, 1))["statusCode"] == 307
                    for webhook in within:
                        delivery = await attempted(client, webhook, 2)
                        told = (delivery["statusCode"], delivery["responseBody"], delivery["success"])
                        assert told == (None, None, False)
    assert inside.seen == []
