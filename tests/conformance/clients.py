"""Clients that register and manage themselves."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.contract.dialects.house import House

REGISTER = "/oauth2/register"
CALLBACK = "https://app.example/cb"
WEB = {"client_name": "Web", "redirect_uris": [CALLBACK]}
MACHINE = {"client_name": "Machine", "grant_types": ["client_credentials"]}


@dataclass
class Client:
    """A registered client: what it was told, and its calls to its own configuration endpoint."""

    house: House
    information: dict[str, Any]

    @property
    def client_id(self) -> str:
        return self.information["client_id"]

    @property
    def uri(self) -> str:
        return self.information["registration_client_uri"]

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.information["registration_access_token"])

    async def get(self) -> httpx.Response:
        return await self.house.call("GET", self.uri, headers=self.headers)

    async def put(self, **metadata: Any) -> httpx.Response:
        """An update with the client_id and these members alone."""
        return await self.replace({"client_id": self.client_id, **metadata})

    async def replace(self, body: Any) -> httpx.Response:
        return await self.house.call("PUT", self.uri, headers=self.headers, json=body)

    async def delete(self) -> httpx.Response:
        return await self.house.call("DELETE", self.uri, headers=self.headers)

    async def stored(self) -> Any:
        """The application as the registry has it."""
        return await self.house.store.applications.by_client_id(self.client_id)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def ask(house: House, body: Any, **headers: str) -> httpx.Response:
    """One registration request."""
    return await house.call("POST", REGISTER, json=body, headers=headers)


async def register(house: House, metadata: dict[str, Any] | None = None, **more: Any) -> Client:
    """A client, registered by anybody."""
    answer = await ask(house, {**(WEB if metadata is None else metadata), **more})
    assert answer.status_code == 201, answer.text
    return Client(house, answer.json())


def metadata_of(answer: httpx.Response) -> dict[str, Any]:
    """The registered metadata of an answer: without what the server issued."""
    issued = {
        "client_id",
        "client_id_issued_at",
        "client_secret",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
    }
    return {name: value for name, value in answer.json().items() if name not in issued}
