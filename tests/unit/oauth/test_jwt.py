"""Compact JWS, assembled from bytes."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from licet.oauth.jwt import _raw

LARGEST = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550
"""The order of P-256 less one: the largest number a signature holds."""


@pytest.mark.parametrize("r", [1, 0x7F, 0x80, 2**247 - 1, 2**255 - 1, 2**255, LARGEST])
@pytest.mark.parametrize("s", [1, 0xFF, 2**240, 2**255 + 1, LARGEST])
def test_a_signature_is_two_numbers_of_32_bytes_whatever_their_length_in_der(r, s):
    assert _raw(encode_dss_signature(r, s)) == r.to_bytes(32, "big") + s.to_bytes(32, "big")
