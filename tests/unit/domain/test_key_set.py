"""Public keys by value."""

import pytest

from licet.domain.key_set import KeySet

EC = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}


@pytest.mark.rfc(7517, "5")
@pytest.mark.parametrize("keys", [[], [EC], [EC, {"kty": "RSA", "n": "AA", "e": "AQAB", "kid": "1"}]])
def test_public_keys_are_taken(keys):
    assert list(KeySet().check({"keys": keys})) == []


@pytest.mark.rfc(7517, "9.2")
@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_member_is_refused(member):
    (fault,) = KeySet().check({"keys": [EC, {**EC, member: "AA"}]}, ("jwks",))
    assert (fault.path, fault.code, fault.expected) == (("jwks",), "bad_value", "a set of public keys")


@pytest.mark.rfc(7517, "5.1")
@pytest.mark.parametrize("value", [{}, {"keys": {}}, {"keys": [5]}, {"keys": [{"x": "AA"}]}, {"keys": [{"kty": 5}]}])
def test_what_is_no_key_set_is_refused(value):
    (fault,) = KeySet().check(value)
    assert fault.code == "bad_value"


@pytest.mark.parametrize(("value", "code"), [([], "type"), (None, "null"), ({"keys": ["x" * 17_000]}, "too_long")])
def test_type_and_size_come_first(value, code):
    (fault,) = KeySet().check(value)
    assert fault.code == code
