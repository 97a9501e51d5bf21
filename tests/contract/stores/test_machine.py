"""Random operations against an engine and a dictionary at once: what one says, the other must."""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings, strategies as given
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from licet import store
from licet.domain.application import Application
from licet.domain.secret import Secret
from licet.services.application_ports import Query, Selection
from tests.contract.stores.scene import ACME, ALICE, BOB, Scene, an_id, application, empty, furnish, secret, user

T = TypeVar("T")

SETTINGS = given.fixed_dictionaries(
    {
        "client_name": given.sampled_from(["Alpha", "Alpine Beta", "beta", "Ärger", ""]),
        "enabled": given.booleans(),
        "scope": given.sampled_from([None, (), ("a",), ("a", "b")]),
        "redirect_uris": given.sampled_from(
            [(), ("https://x.example/",), ("https://x.example/", "https://y.example/")]
        ),
        "organization_id": given.sampled_from([ACME, user(BOB, "bob").organization_id]),
    }
)
QUERIES = given.builds(
    Query,
    organizations=given.sampled_from([None, (), (ACME,), (ACME, user(BOB, "bob").organization_id)]),
    enabled=given.sampled_from([None, True, False]),
    scope=given.sampled_from([None, "a", "b"]),
    redirect_host=given.sampled_from([None, "x.example", "y.example"]),
    unused_since=given.sampled_from([None, 5]),
    q=given.sampled_from([(), ("al",), ("b",), ("al", "b"), ("client-1",)]),
    limit=given.integers(1, 4),
)


@dataclass
class Model:
    """What an application is expected to be."""

    application: Application
    secrets: list[Secret] = field(default_factory=list)
    versions: list[int] = field(default_factory=lambda: [1])


def passes(query: Query, each: Application) -> bool:
    hosts = [uri.split("/")[2] for uri in each.redirect_uris]
    found = [*each.client_name.casefold().split(), each.client_id]
    return all(
        (
            query.organizations is None or each.organization_id in query.organizations,
            query.enabled in {None, each.enabled},
            query.scope is None or query.scope in each.scopes,
            query.redirect_host is None or query.redirect_host in hosts,
            query.unused_since is None or (each.last_used_at or 0) < query.unused_since,
            all(any(word.startswith(prefix) for word in found) for prefix in query.q),
        )
    )


class Registry(RuleBasedStateMachine):
    """Applications with their secrets and revisions, on one engine."""

    postgres: str | None
    applications = Bundle("applications")

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.expected: dict[str, Model] = {}
        self.gone: list[str] = []
        self.numbers = iter(range(1, 10_000))
        self.scene: Scene = self.run(self._open())

    async def _open(self) -> Scene:
        if self.postgres:
            await empty(self.postgres)
        url = self.postgres or str(Path(self.folder.name, "licet.db"))
        opened = await store.open(url)
        await opened.upkeep.migrate()
        return await furnish(opened)

    def run(self, work: Awaitable[T]) -> T:
        async def whole() -> T:
            return await work

        return self.loop.run_until_complete(whole())

    @property
    def kept(self) -> Any:
        return self.scene.store

    @rule(target=applications, said=SETTINGS)
    def register(self, said: dict[str, Any]) -> str:
        made = application(next(self.numbers), **said)
        first = secret(next(self.numbers), made.id)
        change = self.scene.change(made.id, version=1)
        assert self.run(self.kept.applications.insert(made, change, secret=first, registration_digest=None))
        self.expected[made.id] = Model(made, [first])
        return made.id

    @rule(application_id=applications)
    def register_again(self, application_id: str) -> None:
        again = application(next(self.numbers), client_id=f"client-{int(application_id, 16)}")
        written = self.kept.applications.insert(again, self.scene.change(), secret=None, registration_digest=None)
        assert not self.run(written)

    @rule(application_id=applications, said=SETTINGS, behind=given.integers(0, 1))
    def update(self, application_id: str, said: dict[str, Any], behind: int) -> None:
        model = self.expected.get(application_id)
        present = model.application if model else application(int(application_id, 16))
        seen = replace(present, version=present.version - behind)
        wanted = replace(present, **said, version=present.version + 1)
        change = self.scene.change(application_id, version=wanted.version, after=said)
        assert self.run(self.kept.applications.replace(seen, wanted, change)) == (model is not None and not behind)
        if model and not behind:
            model.application = wanted
            model.versions.append(wanted.version)

    @rule(application_id=applications, behind=given.integers(0, 1))
    def delete(self, application_id: str, behind: int) -> None:
        model = self.expected.get(application_id)
        present = model.application if model else application(int(application_id, 16))
        change = self.scene.change(application_id, version=present.version)
        removed = self.kept.applications.remove(present.version - behind, present, change, purge_at=10**15)
        assert self.run(removed) == (model is not None and not behind)
        if model and not behind:
            del self.expected[application_id]
            self.gone.append(application_id)

    @rule(application_id=applications, limit=given.sampled_from([None, 1, 2]), ends=given.sampled_from([None, 50, 150]))
    def add_secret(self, application_id: str, limit: int | None, ends: int | None) -> None:
        model, made = self.expected.get(application_id), secret(next(self.numbers), application_id, expires_at=ends)
        fits = model is not None and (limit is None or sum(each.live(100) for each in model.secrets) < limit)
        change = self.scene.change(application_id)
        assert self.run(self.kept.secrets.add(made, change, limit=limit, now=100)) == fits
        if model and fits:
            model.secrets.append(made)
            model.versions.append(0)

    @rule(application_id=applications, place=given.integers(0, 3), keep_last=given.booleans())
    def remove_secret(self, application_id: str, place: int, *, keep_last: bool) -> None:
        model = self.expected.get(application_id)
        secrets = model.secrets if model else []
        secret_id = secrets[place].id if place < len(secrets) else an_id(0)
        expected = "removed" if place < len(secrets) else "unknown"
        if keep_last and [each.id for each in secrets if each.live(100)] == [secret_id]:
            expected = "last"
        change = self.scene.change(application_id)
        work = self.kept.secrets.remove(application_id, secret_id, change, keep_last=keep_last, now=100)
        assert self.run(work) == expected
        if model and expected == "removed":
            del secrets[place]
            model.versions.append(0)

    @rule(application_id=applications)
    def save_unchanged(self, application_id: str) -> None:
        self.run(self.kept.applications.touch(application_id, 9_999, ALICE))
        if model := self.expected.get(application_id):
            model.application = replace(model.application, saved_at=9_999, saved_by=ALICE)

    @rule(query=QUERIES)
    def look_through(self, query: Query) -> None:
        shown: list[Application] = []
        page = self.run(self.kept.applications.page(query))
        total = page.total
        shown += page.items
        while page.cursor is not None:
            page = self.run(self.kept.applications.page(replace(query, cursor=page.cursor)))
            shown += page.items
        wanted = [model.application for model in self.expected.values() if passes(query, model.application)]
        assert sorted(shown, key=lambda each: each.id) == sorted(wanted, key=lambda each: each.id)
        assert total == len(wanted)

    @rule(application_id=applications)
    def look(self, application_id: str) -> None:
        model = self.expected.get(application_id)
        assert self.run(self.kept.applications.by_id(application_id)) == (model.application if model else None)
        if model:
            secrets = sorted(model.secrets, key=lambda each: each.created_at, reverse=True)
            assert self.run(self.kept.secrets.of(application_id)) == secrets
            revisions = self.run(self.kept.applications.revisions(application_id, before=None, limit=1_000))
            assert sorted(row.version or 0 for row in revisions) == sorted(model.versions)

    @invariant()
    def all_are_there(self) -> None:
        if hasattr(self, "scene"):
            assert self.run(self.kept.applications.count()) == len(self.expected)
            assert self.run(self.streamed()) == sorted(self.expected)

    async def streamed(self) -> list[str]:
        return [each.id async for part in self.kept.applications.stream(Selection()) for each in part]

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            self.run(self.kept.upkeep.close())
        self.loop.close()
        self.folder.cleanup()


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_an_engine_does_what_a_dictionary_would(engine_name, request):
    machine = type("Registry", (Registry,), {})
    machine.postgres = request.getfixturevalue("migrated") if engine_name == "postgresql" else None
    profile = settings(settings(), stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=settings(profile, max_examples=max(10, profile.max_examples // 4)))
