"""What both servers are told beforehand: one confidential client, one person, and what they once allowed it."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

REDIRECT_URI = "https://client.example/callback"
ACCOUNT = "someone"
ALLOWED = ("openid", "offline_access", "read", "write")
FOR_ITSELF = ("read", "write")
NONCE = "n-0S6_WzA2Mj"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Registered:
    """The client, as it proves itself in a form."""

    client_id: str
    client_secret: str

    def form(self, **more: str) -> str:
        return urlencode({"client_id": self.client_id, "client_secret": self.client_secret, **more})


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request; `parameter` is what each of them brings of its own, a code, at the end of the form."""

    name: str
    form: dict[str, str]
    holds: tuple[str, ...]
    parameter: str = ""


CLIENT_CREDENTIALS = Case(
    "client credentials", {"grant_type": "client_credentials", "scope": " ".join(FOR_ITSELF)}, ("access_token",)
)
CODE = Case(
    "code redemption",
    {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER},
    ("access_token", "refresh_token", "id_token"),
    parameter="code",
)
CASES = (CLIENT_CREDENTIALS, CODE)
