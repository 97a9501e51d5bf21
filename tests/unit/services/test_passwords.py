"""Hashing of people's passwords."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from licet.errors import Broken
from licet.services.passwords import OWASP, Passwords, digest_of

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DIGEST = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"


def counted():
    calls = iter(range(256))
    return lambda count: bytes([next(calls)]) * count


@pytest.fixture
def passwords():
    made = Passwords(counted(), hasher=CHEAP, cores=2)
    yield made
    made.close()


class Watched(PasswordHasher):
    """Counts how many verifications run, and how many at once."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.running = self.most = self.verified = 0
        self.threads = set()
        self.lock = threading.Lock()

    def verify(self, hash, password):  # noqa: A002 - as the library names it
        with self.lock:
            self.running += 1
            self.verified += 1
            self.most = max(self.most, self.running)
            self.threads.add(threading.get_ident())
        try:
            return super().verify(hash, password)
        finally:
            with self.lock:
                self.running -= 1


def test_the_digest_of_a_password_is_lower_case_hex_sha_256_of_its_utf_8():
    assert digest_of("password") == DIGEST
    assert digest_of("pässwörd") == "46970bef70aced8123f0d5d094717e2a5cd412041e03b26376049fe65b2834a4"
    assert len(digest_of("lone \ud800")) == 64


async def test_a_hash_is_argon2id_with_the_least_cost_that_owasp_asks_for_and_a_salt_of_its_own():
    passwords = Passwords(counted(), hasher=OWASP, cores=1)
    kept = await passwords.hash(DIGEST)
    passwords.close()
    # salt: the third draw of 16 bytes, after the two that made the hash of nobody
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$AgICAgICAgICAgICAgICAg$")


async def test_a_digest_verifies_against_its_own_hash_only(passwords):
    kept = await passwords.hash(DIGEST)
    assert await passwords.verify(kept, DIGEST)
    assert not await passwords.verify(kept, digest_of("Password"))
    assert not await passwords.verify(kept, "")


async def test_two_hashes_of_one_digest_differ(passwords):
    assert await passwords.hash(DIGEST) != await passwords.hash(DIGEST)


@pytest.mark.attack(98)
async def test_an_unknown_user_costs_the_same_work_and_never_signs_in():
    hasher = Watched()
    passwords = Passwords(lambda count: b"\0" * count, hasher=hasher, cores=1)
    nobody_s_digest = "00" * 32
    assert not await passwords.verify(None, nobody_s_digest)
    assert hasher.verified == 1
    passwords.close()


async def test_no_more_run_at_once_than_there_are_cores_and_none_on_the_event_loop():
    hasher = Watched()
    passwords = Passwords(counted(), hasher=hasher, cores=2)
    kept = await passwords.hash(DIGEST)
    assert await asyncio.gather(*(passwords.verify(kept, DIGEST) for _ in range(20))) == [True] * 20
    passwords.close()
    assert hasher.verified == 20
    assert hasher.most <= 2
    assert len(hasher.threads) <= 2
    assert threading.get_ident() not in hasher.threads


async def test_a_kept_hash_that_is_none_is_our_fault(passwords):
    with pytest.raises(Broken):
        await passwords.verify("not a hash", DIGEST)


async def test_a_hash_of_other_parameters_still_verifies(passwords):
    older = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(DIGEST)
    assert await passwords.verify(older, DIGEST)


async def test_after_closing_no_thread_is_left_and_nothing_is_taken():
    hasher = Watched()
    passwords = Passwords(counted(), hasher=hasher, cores=2)
    kept = await passwords.hash(DIGEST)
    passwords.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("passwords")]
    with pytest.raises(RuntimeError):
        await passwords.verify(kept, DIGEST)
