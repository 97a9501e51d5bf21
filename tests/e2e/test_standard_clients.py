"""Libraries at the standard endpoints, which check every answer themselves, against a real process on each engine."""

import subprocess

import pytest

from tests.conformance.person import Document
from tests.e2e.server import Served
from tests.node import CLIENTS, node

PERSON = {"username": "alice", "password": "password"}


def allowed(served: Served, url: str) -> str:
    """Sign in and allow in a new browser; where it is sent in the end."""
    with served.client(headers={"origin": served.url}) as browser:
        answer = browser.get(url)
        for _ in range(8):
            location = answer.headers.get("location") or Document(answer.text).refresh
            if location and not location.startswith("/"):
                return str(location)
            if location:
                answer = browser.get(location)
                continue
            form = Document(answer.text).forms[0]
            said = PERSON if "password" in form.fields else {"decision": "allow"}
            answer = browser.post(form.action, data={**form.fields, **said})
    raise AssertionError(answer.text)


@pytest.mark.parametrize("script", ["standard_bound.mjs", "standard_secret.mjs"], ids=["oauth4webapi", "openid-client"])
def test_a_library_registers_and_sends_a_person_and_finds_every_answer_in_order(served: Served, script: str):
    with subprocess.Popen(
        [node().program, str(CLIENTS / script), served.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CLIENTS,
    ) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        back = allowed(served, url) if url else ""
        said, faults = program.communicate(f"{back}\n", timeout=120)
    assert (program.returncode, said.split()) == (0, ["code", "userinfo", "refresh", "replay"]), faults
