"""The demo instance: the same people, organizations, resources and applications every time, and calls to copy."""

from collections.abc import Mapping, Sequence

from licet.bootstrap import DIALECTS, Instance
from licet.dialects.record import Demo, Sample
from licet.domain.actor import DEFAULT_PERMISSIONS, Actor, Role
from licet.domain.scope import Resource, Scope
from licet.domain.user import User
from licet.errors import NameTaken
from licet.services.passwords import digest_of
from licet.services.users import Person
from licet.settings import Settings

PASSWORD = "password"
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "alice": ("user",),
    "carol": ("user",),
    "bob": ("user",),
    "mallory": ("user",),
    "admin": ("admin", "user"),
}
"""Everybody of the demo, with their instance roles."""
MEMBERS: Mapping[str, Mapping[str, Role]] = {
    "acme": {"alice": "owner", "carol": "admin", "bob": "member"},
    "other": {"mallory": "owner"},
}
SCOPES = (
    Scope("mcp", "Use the tools of an MCP server."),
    Scope("read", "Read your data."),
    Scope("write", "Change your data.", "medium"),
)
RESOURCES = tuple(f"http://127.0.0.1:{port}/mcp" for port in range(8471, 8475))


def _operator() -> Actor:
    return Actor(id=None, name="cli:demo", surface="cli", roles={}, permissions=frozenset(DEFAULT_PERMISSIONS))


async def furnish(instance: Instance) -> Sequence[Sample]:
    """Make what is missing of the demo, and the calls to copy; starting again changes nothing that a visitor made."""
    users = {name: await _person(instance, name, roles) for name, roles in PEOPLE.items()}
    organizations = {slug: await _organization(instance, slug, users) for slug in MEMBERS}
    await _catalogue(instance)
    samples: list[Sample] = []
    for dialect in DIALECTS:
        if dialect.demo is not None:
            demo = Demo(
                setup=instance.setups[dialect.name], users=users, organizations=organizations, password=PASSWORD
            )
            samples.extend(await dialect.demo(demo))
    return samples


async def _catalogue(instance: Instance) -> None:
    catalogue = instance.services.catalogue
    scopes = await catalogue.scopes()
    resources = {row.resource for row in await catalogue.resources()}
    for scope in SCOPES:
        if scope.name not in scopes:
            await catalogue.put_scope(_operator(), scope)
    for resource in RESOURCES:
        if resource not in resources:
            row = Resource(resource, tuple(scope.name for scope in SCOPES), instance.services.ambient.clock())
            await catalogue.put_resource(_operator(), row)


async def _person(instance: Instance, name: str, roles: tuple[str, ...]) -> User:
    person = Person(
        username=name,
        name=name.capitalize(),
        email=f"{name}@example.com",
        email_verified=True,
        password_digest=digest_of(PASSWORD),
        roles=roles,
    )
    try:
        return await instance.services.users.create(_operator(), person)
    except NameTaken:
        return await instance.services.users.find(username=name)


async def _organization(instance: Instance, slug: str, users: Mapping[str, User]) -> str:
    store = instance.store.organizations
    found = await store.by_slug(slug)
    if found is not None:
        return found.id
    roles = MEMBERS[slug]
    owner = next(users[name] for name, role in roles.items() if role == "owner")
    actor = await instance.services.credentials.person(owner, "cli")
    organization = await instance.services.organizations.create(actor, name=slug.capitalize(), slug=slug)
    actor = await instance.services.credentials.person(owner, "cli")
    for name, role in roles.items():
        if role != "owner":
            await instance.services.organizations.add_member(actor, organization.id, users[name].id, role)
    return organization.id


def greeting(settings: Settings, samples: Sequence[Sample]) -> str:
    """What is printed when the instance listens; `samples` are a demo's."""
    lines = ["", f"Licet is at {settings.origin}"]
    if samples:
        people = ", ".join(PEOPLE)
        token = samples[0].headers["Authorization"].removeprefix("Bearer ")
        lines += [f"Sign in as {people}; the password of each is: {PASSWORD}", f"A token of alice: {token}", ""]
        for sample in samples:
            lines += [f"# {sample.title}", sample.command, ""]
    return "\n".join(lines)
