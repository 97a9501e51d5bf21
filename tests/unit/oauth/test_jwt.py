"""Compact JWS, assembled from bytes."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from licet.oauth.jwt import signer

MANY = 3000
"""Of as many signatures some hold a number that is shorter than 32 bytes: one in 128."""


def test_a_signature_is_two_numbers_of_32_bytes_whatever_their_length():
    key = ec.generate_private_key(ec.SECP256R1())
    made = signer("kid", "ES256", key)
    short = 0
    for number in range(MANY):
        text = str(number).encode()
        signature = made.sign(text)
        r, s = signature[:32], signature[32:]
        short += not (r[0] and s[0])
        numbers = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.public_key().verify(numbers, sha256(text).digest(), ec.ECDSA(Prehashed(SHA256())))
        assert len(signature) == 64
    assert short
