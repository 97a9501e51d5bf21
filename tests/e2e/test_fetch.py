"""The way out, over real sockets and TLS: one listed port is reached, and nothing beside it, whoever points there."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from licet.errors import BadSettings, Unreachable
from licet.web.fetch import Guard, Resolve, confirm
from tests.e2e.receiver import Authority, Receiver, answers, authority, receiver

NAMES = ("localhost", "good.example")
HELLO = answers(b"hello", "Content-Type: text/plain")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), NAMES)


@pytest.fixture
async def listed(ours: Authority) -> AsyncIterator[Receiver]:
    async with receiver(HELLO, ours.tls) as one:
        yield one


@pytest.fixture
async def neighbour(ours: Authority) -> AsyncIterator[Receiver]:
    async with receiver(HELLO, ours.tls) as one:
        yield one


def guard(ours: Authority, *places: str, resolve: Resolve | None = None, seconds: float = 5) -> Guard:
    more = {} if resolve is None else {"resolve": resolve}
    return Guard(allow=places, ca_file=str(ours.certificate), seconds=seconds, **more)


def answering(*turns: Sequence[str]) -> Resolve:
    """A resolver that says something else each time it is asked; asked once too often, it fails."""
    left = list(turns)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0)

    return resolve


async def nobody_asks(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} was looked up")


async def test_a_listed_port_is_reached_over_tls(ours, listed):
    fetched = await guard(ours, f"localhost:{listed.port}")(f"https://localhost:{listed.port}/keys?x=1")
    assert (fetched.status, fetched.body, fetched.headers["content-type"]) == (200, b"hello", "text/plain")
    assert listed.seen == [
        f"GET /keys?x=1 HTTP/1.1\r\nhost: localhost:{listed.port}\r\nuser-agent: licet\r\n"
        "accept-encoding: identity\r\nconnection: close\r\n\r\n".encode()
    ]


async def test_a_body_is_posted(ours, listed):
    out = guard(ours, f"127.0.0.1:{listed.port}", resolve=nobody_asks)
    await out(f"https://127.0.0.1:{listed.port}", body=b"{}", headers={"content-type": "application/json"})
    (seen,) = listed.seen
    assert seen.startswith(b"POST / HTTP/1.1\r\n")
    assert seen.endswith(b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}")


@pytest.mark.attack(63)
async def test_the_neighbour_of_a_listed_port_is_refused(ours, listed, neighbour):
    out = guard(ours, f"127.0.0.1:{listed.port}", f"localhost:{listed.port}")
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(Unreachable, match="not a public address"):
            await out(f"https://{host}:{neighbour.port}/")
    assert neighbour.seen == []


@pytest.mark.attack(63)
@pytest.mark.parametrize(
    "host",
    ["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f000001", "0177.1", "127.1"],
)
async def test_another_spelling_of_a_listed_address_is_refused(ours, listed, host):
    with pytest.raises(Unreachable):
        await guard(ours, f"127.0.0.1:{listed.port}", resolve=nobody_asks)(f"https://{host}:{listed.port}/")
    assert listed.seen == []


@pytest.mark.attack(63)
@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost:{}/",
        "file:///etc/passwd",
        "//localhost:{}/",
        "https://user@localhost:{}/",
        "https://good.example@localhost:{}/",
        "https://localhost:{}/#x",
        "https://localhost:{}/\r\nx: y",
        "https://localhost:{}/ x",
        "https://localhost:{}\\@good.example/",
        "https://lócalhost:{}/",
        "https://localhost:{}0000/",
        "https://8.8.8.8:65536/",
        "http\u017f://localhost/",
        "https://loca\u017ft:{}/",
        "https://[fe80::1%25lo]:{}/",
        "https://" + "a" * 64 + ".example:{}/",
        "https://localhost:{}/" + "a" * 2048,
        "https://",
        "",
    ],
)
async def test_what_is_no_plain_url_is_refused(ours, listed, url):
    with pytest.raises(Unreachable):
        await guard(ours, f"localhost:{listed.port}")(url.format(listed.port))
    assert listed.seen == []


async def test_plain_http_is_for_listed_ports_alone(ours):
    async with receiver(HELLO) as plain:
        url = f"http://127.0.0.1:{plain.port}/"
        assert (await guard(ours, f"127.0.0.1:{plain.port}")(url)).body == b"hello"
        with pytest.raises(Unreachable, match="not https"):
            await guard(ours, resolve=answering(["8.8.8.8"]))(f"http://good.example:{plain.port}/")


@pytest.mark.attack(64)
async def test_a_name_that_rebinds_is_looked_up_once_and_pinned(ours, listed, neighbour):
    rebinding = answering(["127.0.0.1"], ["127.0.0.1"])  # a third question would be a failure of its own
    out = guard(ours, f"good.example:{listed.port}", resolve=rebinding)
    assert (await out(f"https://good.example:{listed.port}/")).body == b"hello"
    with pytest.raises(Unreachable, match="not a public address"):
        await out(f"https://good.example:{neighbour.port}/")
    assert (len(listed.seen), neighbour.seen) == (1, [])


@pytest.mark.attack(64)
@pytest.mark.parametrize("records", [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2606:4700::1", "::1"], []])
async def test_a_name_with_one_special_address_has_no_good_one(ours, neighbour, records):
    with pytest.raises(Unreachable):
        await guard(ours, resolve=answering(records))(f"https://good.example:{neighbour.port}/")
    assert neighbour.seen == []


@pytest.mark.attack(65)
async def test_a_redirect_is_an_answer_like_any_other(ours, neighbour):
    away = answers(b"", f"Location: https://localhost:{neighbour.port}/", status="302 Found")
    async with receiver(away, ours.tls) as redirecting:
        places = f"localhost:{redirecting.port}", f"localhost:{neighbour.port}"
        fetched = await guard(ours, *places)(f"https://localhost:{redirecting.port}/")
    assert (fetched.status, neighbour.seen) == (302, [])


async def test_a_server_of_another_authority_is_refused(ours, listed, tmp_path: Path):
    stranger = authority(tmp_path, NAMES)
    for out in (guard(stranger, f"localhost:{listed.port}"), Guard(allow=[f"localhost:{listed.port}"])):
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            await out(f"https://localhost:{listed.port}/")
    assert listed.seen == []


async def test_a_certificate_for_another_name_is_refused(ours, listed):
    out = guard(ours, f"bad.example:{listed.port}", resolve=answering(["127.0.0.1"]))
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        await out(f"https://bad.example:{listed.port}/")
    assert listed.seen == []


@pytest.mark.attack(66)
async def test_a_slow_drip_ends_at_the_deadline(ours):
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with receiver(drip, ours.tls) as slow:
        with pytest.raises(Unreachable, match="TimeoutError"):
            await guard(ours, f"localhost:{slow.port}", seconds=0.5)(f"https://localhost:{slow.port}/")


@pytest.mark.attack(66)
async def test_a_server_that_never_speaks_tls_ends_at_the_deadline(ours):
    async def say_nothing(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with receiver(say_nothing) as mute:
        with pytest.raises(Unreachable, match="TimeoutError"):
            await guard(ours, f"localhost:{mute.port}", seconds=0.5)(f"https://localhost:{mute.port}/")


@pytest.mark.attack(66)
async def test_an_endless_body_is_cut_at_what_was_asked_for(ours):
    async def pour(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async with receiver(pour, ours.tls) as endless:
        url = f"https://localhost:{endless.port}/"
        with pytest.raises(Unreachable, match="too large a body"):
            await guard(ours, f"localhost:{endless.port}")(url)
        assert (await guard(ours, f"localhost:{endless.port}")(url, most=0)).status == 200


@pytest.mark.attack(66)
async def test_a_gzip_bomb_is_never_set_off(ours):
    bomb = gzip.compress(bytes(10_000_000))
    async with receiver(answers(bomb, "Content-Encoding: gzip"), ours.tls) as bomber:
        fetched = await guard(ours, f"localhost:{bomber.port}")(f"https://localhost:{bomber.port}/")
    assert fetched.body == bomb


@pytest.mark.attack(67)
@pytest.mark.parametrize(("hosts", "at_once"), [(["good.example"], 4), ([f"{n}.example" for n in range(12)], 32)])
async def test_only_so_many_are_under_way_at_once_to_one_host_and_to_all(ours, hosts, at_once):
    asking, release = 0, asyncio.Event()

    async def hold(host: str, port: int) -> Sequence[str]:
        nonlocal asking
        asking += 1
        await release.wait()
        asking -= 1
        return []

    out = guard(ours, resolve=hold)
    calls = [asyncio.create_task(out(f"https://{host}/")) for host in hosts * 12]
    for _ in range(50):
        await asyncio.sleep(0)
    assert asking == at_once
    release.set()
    assert {type(fault) for fault in await asyncio.gather(*calls, return_exceptions=True)} == {Unreachable}


@pytest.mark.attack(63)
async def test_who_is_at_the_other_end_must_be_who_was_judged(listed):
    with socket.create_connection(("127.0.0.1", listed.port)) as connected:
        confirm(connected, ip_address("127.0.0.1"))
        with pytest.raises(ValueError, match="another address"):
            confirm(connected, ip_address("127.0.0.2"))


def test_an_authority_that_cannot_be_read_is_a_wrong_setting(tmp_path: Path):
    with pytest.raises(BadSettings, match="fetch_ca_file"):
        Guard(ca_file=str(tmp_path / "none.pem"))
