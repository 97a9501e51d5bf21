"""Sealing of what must be readable again."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licet.errors import BadSettings, Broken
from licet.services.sealing import Sealer

KEY = bytes(range(32))


def counted():
    calls = iter(range(256))
    return lambda count: bytes([next(calls)]) * count


@pytest.fixture
def sealer():
    return Sealer(KEY, counted())


def test_what_was_sealed_opens_for_the_same_purpose_and_row(sealer):
    for plain in (b"", b"secret", b"\0" * 1000):
        assert sealer.open("client_secret", "row 1", sealer.seal("client_secret", "row 1", plain)) == plain


def test_a_sealed_value_is_a_version_a_fresh_nonce_and_a_cipher_text_with_its_tag(sealer):
    first, second = sealer.seal("totp", "1", b"seed"), sealer.seal("totp", "1", b"seed")
    assert first[:13] == b"\x01" + b"\x00" * 12
    assert second[:13] == b"\x01" + b"\x01" * 12
    assert len(first) == 1 + 12 + 4 + 16
    assert first[13:] != second[13:]
    assert b"seed" not in first


def test_the_instance_key_itself_seals_nothing(sealer):
    sealed = sealer.seal("totp", "1", b"seed")
    with pytest.raises(InvalidTag):
        AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], b"\x01totp\x001")


@pytest.mark.parametrize(
    ("purpose", "row"),
    [("totp", "2"), ("webhook", "1"), ("totp", ""), ("totp\x001", ""), ("", "totp\x001")],
)
def test_a_sealed_value_does_not_open_for_another_purpose_or_row(sealer, purpose, row):
    with pytest.raises(Broken):
        sealer.open(purpose, row, sealer.seal("totp", "1", b"seed"))


def test_a_change_of_any_byte_is_noticed(sealer):
    sealed = sealer.seal("totp", "1", b"seed")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(Broken):
            sealer.open("totp", "1", bytes(changed))


def test_a_value_cut_short_is_noticed(sealer):
    sealed = sealer.seal("totp", "1", b"seed")
    for length in range(len(sealed)):
        with pytest.raises(Broken):
            sealer.open("totp", "1", sealed[:length])


def test_another_instance_key_opens_nothing(sealer):
    with pytest.raises(Broken):
        Sealer(bytes(32), counted()).open("totp", "1", sealer.seal("totp", "1", b"seed"))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(BadSettings, match=f"{length} bytes"):
        Sealer(bytes(length), counted())


def test_what_sealing_says_when_it_fails_holds_neither_key_nor_plain_text(sealer):
    sealed = sealer.seal("totp", "1", b"plain seed")
    with pytest.raises(Broken) as caught:
        sealer.open("totp", "2", sealed)
    assert str(caught.value) == "a sealed value of totp does not open: changed, moved, or another instance key"
    assert caught.value.__cause__ is None
