"""`/api/manage/tokens`: personal access tokens of the caller, for programs; each has management scopes and an end."""

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import EXPIRES_AT, SHOWN_ONCE, collected, having, shown, shown_time
from licet.dialects.native.formats import PERSONAL_TOKEN
from licet.dialects.native.lifetime import DAY, later
from licet.dialects.native.reading import body
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.actor import MANAGEMENT_SCOPES
from licet.domain.kinds import Choice, Text, Texts
from licet.errors import CredentialNotAccepted, Fault, Invalid
from licet.services.credentials import Caller
from licet.services.personal_tokens import Wanted
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Personal access tokens"
COLLECTION = "/api/manage/tokens"
USUAL_DAYS = 90
LONGEST_DAYS = 366
# Whoever narrowed a credential did not mean it to make others.
NEEDED = "users:write"

_NAME = Field(theirs="name", ours="name", kind=Text(1, 100), absent=Absent.REFUSE)
_SCOPES = Field(
    theirs="scopes",
    ours="scopes",
    kind=Texts(Choice(tuple(MANAGEMENT_SCOPES)), minimum=1, unique=True),
    absent=Absent.REFUSE,
    about="What it may do: management scopes.",
)
TOKEN = Shape(
    name="PersonalAccessToken",
    fields=(
        shown("id", Text()),
        _NAME,
        _SCOPES,
        Field(theirs="hint", ours="tail", kind=Text(), read_only=True, about="The last four characters."),
        shown_time("created_at"),
        shown_time("expires_at", "Null for never."),
        shown_time("last_used_at"),
    ),
    unknown=Unknown.REFUSE,
)
NEW_TOKEN = Shape(name="NewPersonalAccessToken", fields=(_NAME, _SCOPES, EXPIRES_AT), unknown=Unknown.REFUSE)


class Tokens:
    """Made, listed and removed by their owner."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._clock = setup.services.ambient.clock
        self._tokens = setup.services.personal_tokens
        self._authentication = authentication

    async def all(self, request: Request) -> Reply:
        """Every token, newest first, never a value."""
        tokens = await self._tokens.of(await self._authentication.actor(request))
        return render.ok({"items": [TOKEN.encode(token) for token in tokens]})

    async def create(self, request: Request) -> Reply:
        """One more, whose value is said once."""
        caller = await self._authentication.caller(request)
        caller.actor.need_scope(NEEDED)
        if caller.kind == "access_token":
            raise CredentialNotAccepted  # what an application was allowed must not outlive that
        wanted = NEW_TOKEN.decode(body(request))
        expires_at = _end(wanted, caller, self._clock())
        asked = Wanted(name=wanted["name"], scopes=tuple(wanted["scopes"]), expires_at=expires_at)
        issued = await self._tokens.create(caller.actor, asked, PERSONAL_TOKEN)
        return render.created({**TOKEN.encode(issued.token), "token": issued.value})

    async def remove(self, request: Request) -> Reply:
        """It opens nothing any more, at once."""
        actor = await self._authentication.actor(request)
        actor.need_scope(NEEDED)
        await self._tokens.remove(actor, request.params["token_id"])
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.all, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("DELETE", f"{COLLECTION}/{{token_id}}", self.remove, _REMOVE),
        )


def _end(wanted: dict[str, int | None], caller: Caller, now: int) -> int | None:
    expires_at = wanted.get("expires_at", now + USUAL_DAYS * DAY)
    if expires_at is None and caller.kind != "session":
        raise Invalid([Fault(("expires_at",), "null")])
    return later(expires_at, now, days=LONGEST_DAYS)


_LIST = Operation(
    summary="List one's tokens",
    tag=TAG,
    answers={render.OK: collected(TOKEN)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_CREATE = Operation(
    summary="Make a token",
    about=f"Good for {USUAL_DAYS} days unless `expires_at` says otherwise, for at most {LONGEST_DAYS}; null, from a "
    "session only, is never. No token makes one that may do more than itself.",
    tag=TAG,
    request=NEW_TOKEN,
    answers={render.CREATED: having(TOKEN, token=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_REMOVE = Operation(
    summary="Remove a token",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.READING,
)
