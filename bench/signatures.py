"""What an ES256 signature costs by library: one after the other, and each with cold caches, as between requests.

`python -m bench.signatures` measures, prints a table and writes it into the decision record. Cold means that more
memory than the core's own caches hold was written since the last signature: so it is in a server, where every request
runs through much other code first.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from awscrt.crypto import EC
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey

from bench import page

RECORD = Path(__file__).parents[1] / "docs" / "decisions" / "0009-signatures.md"
TEXT = b"eyJhbGciOiJFUzI1NiJ9." + bytes(400).hex().encode()
"""As long as the signed part of an access token."""
CACHES = 4 << 20
"""Bytes written to make the caches forget."""

Sign = Callable[[], object]


def contenders() -> dict[str, Sign]:
    """Each library at its best for the same key."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    hashing, prehashed = ec.ECDSA(SHA256()), ec.ECDSA(Prehashed(SHA256()))
    amazon, jose = EC.new_key_from_der_data(der), ECKey.import_key(pem.decode())
    return {
        "AWS-LC, through awscrt": lambda: amazon.sign(sha256(TEXT).digest()),
        "OpenSSL, through cryptography, hashed apart": lambda: key.sign(sha256(TEXT).digest(), prehashed),
        "OpenSSL, through cryptography": lambda: key.sign(TEXT, hashing),
        "joserfc, the whole JWS": lambda: jws.serialize_compact({"alg": "ES256"}, TEXT, jose),
    }


def cold(sign: Sign) -> float:
    """Microseconds of one signature after much else."""
    bytearray(CACHES).translate(None)
    began = time.perf_counter_ns()
    sign()
    return (time.perf_counter_ns() - began) / 1000


def warm(sign: Sign, count: int) -> float:
    """Microseconds of each of so many in a row."""
    began = time.perf_counter_ns()
    for _ in range(count):
        sign()
    return (time.perf_counter_ns() - began) / count / 1000


def table(rounds: int) -> str:
    """Every library once a round."""
    signs = contenders()
    seen: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in signs}
    for _ in range(rounds):
        for name, sign in signs.items():
            seen[name][0].append(warm(sign, 50))
            seen[name][1].append(cold(sign))
    lines = ["| an ES256 signature, us | in a row | with cold caches |", "|---|---|---|"]
    for name, (in_a_row, after_others) in seen.items():
        lines.append(f"| {name} | {statistics.median(in_a_row):.0f} | {statistics.median(after_others):.0f} |")
    named = ", ".join(f"{name} {version(name)}" for name in ("awscrt", "cryptography", "joserfc"))
    return "\n".join([*lines, "", f"Medians of {rounds} interleaved rounds; {page.versions()}; {named}."])


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=301)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    text = table(options.rounds)
    print(text)
    if not options.dry:
        page.write("signatures", text, RECORD)


if __name__ == "__main__":
    sys.exit(main())
