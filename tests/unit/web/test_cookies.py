"""A cookie is set in one safe way, and a signed one is believed under its key alone."""

import pytest

from licet.web.cookies import Cookie, clear_cookie, set_cookie, sign, unsign


def test_a_host_s_own_cookie_is_out_of_reach_of_sites_and_scripts():
    cookie = Cookie("session", secure=True, host_only=True)
    assert set_cookie(cookie, "abc", 60) == (
        "set-cookie",
        "__Host-session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax",
    )


def test_on_plain_loopback_a_cookie_has_its_bare_name():
    cookie = Cookie("session", secure=False, host_only=True)
    assert set_cookie(cookie, "abc") == ("set-cookie", "session=abc; Path=/; HttpOnly; SameSite=Lax")


def test_a_cleared_cookie_is_forgotten_at_once():
    cookie = Cookie("auth_session", secure=True, same_site="Strict")
    assert clear_cookie(cookie)[1] == "auth_session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"


@pytest.mark.parametrize("value", ["a;b", "a b", 'a"b', "a,b", "a\\b", "a\r\nb", "é"])
def test_a_value_that_a_cookie_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match="plain"):
        set_cookie(Cookie("a", secure=True), value)


def test_a_host_s_own_cookie_goes_everywhere_on_the_host():
    with pytest.raises(ValueError, match="path /"):
        set_cookie(Cookie("a", secure=True, host_only=True, path="/b"), "c")


def test_a_value_signed_comes_back_under_its_key_alone():
    signed = sign("user.7", b"k" * 32)
    # From RFC 2104 with SHA-256: printf user.7 | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -binary
    assert signed == "user.7.hACAxRe0imDR5w4Q7ZvA_Nv71wIBOlACVJVOkJhax98"
    assert unsign(signed, b"k" * 32) == "user.7"
    assert unsign(signed, b"l" * 32) is None


@pytest.mark.parametrize("forged", ["", ".", "user.7", "user.7.", "user.8.TAG", "usér.7.TAG", "user.7.TAG "])
def test_a_value_changed_is_not_believed(forged):
    tag = sign("user.7", b"k" * 32).rpartition(".")[2]
    assert unsign(forged.replace("TAG", tag), b"k" * 32) is None
