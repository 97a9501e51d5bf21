"""Makers of what the protocol's tests keep."""

from typing import Any

from licet.domain.family import AuthorizationRequest, Consent, DeviceCode, Family, OpaqueToken
from licet.domain.secret import digest
from tests.contract.stores.scene import ALICE, an_id

CODE = digest("code")
MADE, CODE_ENDS, IDLE, ENDS = 1_000, 61_000, 5_000, 100_000


def family(number: int = 1, **more: Any) -> Family:
    """A family whose code is not redeemed yet; times in ms."""
    said = {
        "id": an_id(number),
        "application_id": an_id(1),
        "client_id": "client-1",
        "user_id": ALICE,
        "surface": "native",
        "scope": ("openid", "read"),
        "created_at": MADE,
        "expires_at": ENDS,
        "refreshes": True,
        "refresh_idle": IDLE,
        "code_expires_at": CODE_ENDS,
    }
    return Family(**{**said, **more})


def live(number: int = 1, **more: Any) -> Family:
    """A family whose first refresh token is out."""
    return family(number, generation=1, refreshed_at=MADE, idle_expires_at=MADE + IDLE, **more)


def device(number: int = 1, **more: Any) -> DeviceCode:
    said = {
        "digest": digest(f"device {number}"),
        "user_code": f"BCDFGHJ{'KLMN'[number]}",
        "application_id": an_id(1),
        "client_id": "client-1",
        "surface": "native",
        "scope": ("read",),
        "created_at": MADE,
        "expires_at": ENDS,
        "interval": 5,
        "address": "192.0.2.1",
    }
    return DeviceCode(**{**said, **more})


def consent(**more: Any) -> Consent:
    said = {
        "user_id": ALICE,
        "application_id": an_id(1),
        "surface": "native",
        "resources": (),
        "scope": ("openid",),
        "created_at": MADE,
        "updated_at": MADE,
    }
    return Consent(**{**said, **more})


def opaque(number: int = 1, **more: Any) -> OpaqueToken:
    said = {
        "digest": digest(f"token {number}"),
        "id": f"{number:016x}",
        "family_id": None,
        "generation": None,
        "application_id": an_id(1),
        "client_id": "client-1",
        "user_id": None,
        "surface": "native",
        "scope": ("read",),
        "audience": ("https://api.example",),
        "created_at": MADE,
        "expires_at": ENDS,
    }
    return OpaqueToken(**{**said, **more})


def request(number: int = 1, **more: Any) -> AuthorizationRequest:
    said = {
        "digest": digest(f"request {number}"),
        "browser": digest("browser"),
        "client_id": "client-1",
        "surface": "native",
        "parameters": {"client_id": "client-1", "state": "s ü"},
        "created_at": MADE,
        "expires_at": ENDS,
    }
    return AuthorizationRequest(**{**said, **more})
