"""`/api/manage/organizations/{organization_id}/api-keys`: keys that an organization's own programs show one another."""

from collections.abc import Callable

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import EXPIRES_AT, SHOWN_ONCE, collected, having, shown, shown_time
from licet.dialects.native.once import IDEMPOTENCY_KEY, once
from licet.dialects.native.organizations import ONE as ORGANIZATION
from licet.dialects.native.reading import body
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.api_key import ApiKey
from licet.domain.kinds import Choice, Nullable, Text, Texts
from licet.services.api_keys import WantedKey
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "API keys"
COLLECTION = f"{ORGANIZATION}/api-keys"
MOST_SCOPES = 100

_NAME = Field(theirs="name", ours="name", kind=Text(1, 100), absent=Absent.REFUSE)
_DESCRIPTION = Field(theirs="description", ours="description", kind=Nullable(Text(maximum=500, multiline=True)))
_SCOPES = Field(
    theirs="scopes",
    ours="scopes",
    kind=Texts(Text(1, 200), maximum=MOST_SCOPES, unique=True),
    take=lambda value, _: tuple(value),
    about="What whoever is shown the key may let its bearer do.",
)
NEW_API_KEY = Shape(name="NewApiKey", fields=(_NAME, _DESCRIPTION, _SCOPES, EXPIRES_AT), unknown=Unknown.REFUSE)


def keys_at(clock: Callable[[], int]) -> Shape:
    """What is shown of a key; whether it is still good depends on the time."""

    def status(key: ApiKey) -> str:
        return key.status(clock())

    return Shape(
        name="ApiKey",
        fields=(
            shown("id", Text()),
            shown("prefix", Text(), "How the key begins."),
            _NAME,
            _DESCRIPTION,
            _SCOPES,
            shown("created_by", Nullable(Text()), "The key ends with their membership."),
            shown_time("created_at"),
            shown_time("expires_at", "Null for never."),
            shown_time("revoked_at"),
            shown_time("last_used_at"),
            Field(theirs="status", kind=Choice(("active", "expired", "revoked")), read_only=True, show=status),
        ),
        unknown=Unknown.REFUSE,
    )


API_KEY = keys_at(lambda: 0)


class ApiKeys:
    """For managers of an organization."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._keys = setup.services.api_keys
        self._idempotency = setup.services.idempotency
        self._shape = keys_at(setup.services.ambient.clock)
        self._authentication = authentication

    async def all(self, request: Request) -> Reply:
        """Every key, newest first, never a value."""
        actor = await self._authentication.actor(request)
        keys = await self._keys.of(actor, request.params["organization_id"])
        return render.ok({"items": [self._shape.encode(key) for key in keys]})

    async def create(self, request: Request) -> Reply:
        """One more, whose value is said once."""
        actor = await self._authentication.actor(request)
        wanted = WantedKey(**NEW_API_KEY.decode(body(request)))

        async def issue() -> Reply:
            issued = await self._keys.create(actor, request.params["organization_id"], wanted)
            return render.created({**self._shape.encode(issued.key), "key": issued.value})

        return await once(self._idempotency, request, actor, issue)

    async def revoke(self, request: Request) -> Reply:
        """It is good for nothing any more, at once."""
        actor = await self._authentication.actor(request)
        await self._keys.revoke(actor, request.params["organization_id"], request.params["key_id"])
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.all, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("DELETE", f"{COLLECTION}/{{key_id}}", self.revoke, _REVOKE),
        )


_LIST = Operation(
    summary="List API keys",
    tag=TAG,
    answers={render.OK: collected(API_KEY)},
    security=CREDENTIALS,
    faults=render.READING,
)
_CREATE = Operation(
    summary="Make an API key",
    about="It opens nothing here: who receives one asks what it is.",
    tag=TAG,
    request=NEW_API_KEY,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: having(API_KEY, key=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.ONCE,
)
_REVOKE = Operation(
    summary="Revoke an API key",
    about="At once; it stays in the list.",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.READING,
)
