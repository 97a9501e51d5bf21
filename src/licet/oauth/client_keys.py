"""Public keys of others (RFC 7591 section 2): by value in `jwks`, or at their own `jwks_uri`; and what they signed.

Keys from outside are remembered a while, so that their server may be down for a while, and looked for again when a key
is named that is not among them; never so often that we could be made to hammer that server.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from licet.errors import Unreachable
from licet.oauth.algorithms import Registry
from licet.services.ambient import Clock
from licet.services.ports import Fetch, Fetched

Jwk = Mapping[str, Any]

FRESH = 5 * 60_000
"""How long (ms) keys from outside are good without another look."""
STALE = 60 * 60_000
"""How long (ms) they are good at all, while their server gives nothing usable."""
PACE = 10_000
"""The least time (ms) between two looks at one address, but for one a name may cause right after keys were got anew."""
ADDRESSES = 1_000
UNNAMED = ""
"""Stands for the key of a signature that names none and is by none we have: looked for like one with a name."""
STRANGERS = 100
"""How many names of keys that are not there are remembered of one address."""
MOST_BYTES = 64 * 1024
MOST_KEYS = 50
TRIED = 5
"""Keys that a signature without a `kid` is tried with."""
LONGEST = 16_384
OK = 200

KEY_TYPES: Mapping[str, Mapping[str, str]] = {
    "ES256": {"kty": "EC", "crv": "P-256"},
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
    "PS256": {"kty": "RSA"},
    "RS256": {"kty": "RSA"},
}
MEMBERS = ("kty", "crv", "x", "y", "n", "e")
"""RFC 7518 section 6: what makes a public key; nothing else that stands in a JWK is handed on."""
RSA_LENGTHS = range(342, 684)
"""Characters of a modulus of 2048 to 4096 bits: a longer one costs more than a signature may."""
FOREIGN = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})
"""Members of a header that bring a key of their own, or change how the rest is read (RFC 8725 section 3.10)."""
UNREADABLE = (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError)

_REGISTRY = Registry(longest=4096, strict=False)

log = logging.getLogger("licet.oauth")


class Holder(Protocol):
    """Whoever has public keys of their own: an application, or an issuer that is trusted."""

    @property
    def jwks(self) -> Mapping[str, object] | None:
        """Them, by value."""

    @property
    def jwks_uri(self) -> str | None:
        """Where they are."""


class ClientKeys:
    """The keys of every application, in one worker."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._remote: dict[str, Remote] = {}

    async def of(self, application: Holder, kid: str | None = None) -> Sequence[Jwk]:
        """All its public keys, as it says them; looks again for one of that name if there is none."""
        if application.jwks is not None:
            return _listed(application.jwks)
        if application.jwks_uri is None:
            return ()
        return await self._at(application.jwks_uri).keys(kid)

    async def opened(self, application: Holder, token: str, algorithms: Collection[str]) -> jwt.Token | None:
        """Header and claims of a JWT that one of its keys has signed, by one of these algorithms; None for any other.

        `kid` is compared with names of keys, and is nothing else (RFC 8725 section 3.10).
        """
        header = header_of(token)
        if header.get("alg") not in algorithms or FOREIGN & header.keys():
            return None
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            return None
        found = _verified(token, header, await self.of(application, kid))
        if found is None and kid is None and application.jwks_uri is not None:
            found = _verified(token, header, await self.of(application, UNNAMED))
        return found

    def _at(self, url: str) -> "Remote":
        if url not in self._remote:
            if len(self._remote) >= ADDRESSES:
                del self._remote[next(iter(self._remote))]
            self._remote[url] = Remote(url, self._fetch, self._clock)
        return self._remote[url]


class Remote:
    """The keys at one address, remembered."""

    def __init__(self, url: str, fetch: Fetch, clock: Clock) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._turn = asyncio.Lock()
        self._keys: Sequence[Jwk] = ()
        self._got_at = -STALE
        self._looked_at = -PACE
        self._spare = False
        self._strangers: set[str] = set()

    async def keys(self, kid: str | None) -> Sequence[Jwk]:
        """The keys; while somebody looks already, whoever can use the old ones does not wait."""
        waits = not self._fit(kid) if self._turn.locked() else self._calls_for_a_look(kid)
        if waits:
            async with self._turn:
                if self._calls_for_a_look(kid):
                    await self._look()
                    self._note(kid)
        return self._keys if self._age() < STALE else ()

    def _calls_for_a_look(self, kid: str | None) -> bool:
        old = self._age() >= FRESH
        if self._clock() - self._looked_at < PACE and (old or not self._spare):
            return False
        return old or (not self._knows(kid) and kid not in self._strangers)

    def _fit(self, kid: str | None) -> bool:
        return self._age() < STALE and self._knows(kid)

    def _age(self) -> int:
        return self._clock() - self._got_at

    def _knows(self, kid: str | None) -> bool:
        return kid is None or any(key.get("kid") == kid for key in self._keys)

    def _note(self, kid: str | None) -> None:
        """Remember a name that is not there, so that nobody looks for it twice."""
        if len(self._strangers) >= STRANGERS:
            self._strangers.clear()
        if kid is not None and not self._knows(kid):
            self._strangers.add(kid)

    async def _look(self) -> None:
        old, self._spare = self._age() >= FRESH, False
        self._looked_at = self._clock()
        try:
            self._keys = _read(await self._fetch(self._url, most=MOST_BYTES))
        except (Unreachable, ValueError) as fault:
            log.info("no keys from %r: %s", self._url[:200], fault)
            return
        if old:
            self._strangers.clear()
            self._spare = True  # who turns its key while we have just looked waits for nothing
        self._got_at = self._clock()


def _verified(token: str, header: Mapping[str, Any], keys: Sequence[Jwk]) -> jwt.Token | None:
    """What one of the keys has signed; None for what none has."""
    for key in _fitting(keys, header):
        try:
            read = jwt.decode(token, JWKRegistry.import_key(key), registry=_REGISTRY)
        except UNREADABLE:  # by another key, or one that is none
            continue
        return jwt.Token(read.header, dict(claims_of(token)))
    return None


def header_of(token: str) -> Mapping[str, Any]:
    """The header of a compact JWS, unverified; empty when it cannot be read."""
    signature = _taken_apart(token)
    return signature.headers() if signature else {}


def claims_of(token: str) -> Mapping[str, Any]:
    """The claims of a JWT, unverified: good to look up who it says it is from, and for nothing else.

    They are read strictly: half a surrogate pair, NaN and numbers without end are no JSON, and make it say nothing, as
    does a NUL, which no engine keeps as text.
    """
    signature = _taken_apart(token)
    payload = (signature.payload if signature else None) or b""
    try:
        claims = orjson.loads(payload) if b"\\u0000" not in payload else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _taken_apart(token: str) -> jws.CompactSignature | None:
    try:
        return jws.extract_compact(token.encode(), registry=_REGISTRY) if len(token) <= LONGEST else None
    except UNREADABLE:
        return None


def _read(fetched: Fetched) -> Sequence[Jwk]:
    """The keys of an answer (Unreachable, ValueError)."""
    if fetched.status != OK:
        raise Unreachable(f"status {fetched.status}")
    said = orjson.loads(fetched.body)
    if not isinstance(said, dict) or not isinstance(said.get("keys"), list):
        raise Unreachable("no set of keys")
    return _listed(said)


def _listed(jwks: Mapping[str, Any]) -> Sequence[Jwk]:
    return [key for key in jwks["keys"][:MOST_KEYS] if isinstance(key, dict)]


def _fitting(keys: Sequence[Jwk], header: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The public halves that may have made a signature, at most a few."""
    fitting = [key for key in keys if _fits(key, header)]
    for key in fitting[:TRIED]:
        yield {name: key[name] for name in MEMBERS if name in key}


def _fits(key: Jwk, header: Mapping[str, Any]) -> bool:
    """Whether a key is for a header's algorithm and of its name, and is meant for signatures (RFC 7517 section 4)."""
    algorithm = header["alg"]
    wanted = {**KEY_TYPES[algorithm], **({"kid": header["kid"]} if "kid" in header else {})}
    return (
        all(key.get(name) == value for name, value in wanted.items())
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key.get("kty") != "RSA" or len(str(key.get("n"))) in RSA_LENGTHS)
    )
