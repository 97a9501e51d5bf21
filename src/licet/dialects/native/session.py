"""`/api/manage/session`: signing in with a password, who one is, signing out."""

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import NAME, Authentication
from licet.dialects.native.formats import SESSION_TOKEN, moment
from licet.dialects.native.kinds import Password
from licet.dialects.native.lifetime import DAY
from licet.dialects.native.reading import body
from licet.dialects.native.user import USER
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Schema, Shape, Unknown
from licet.domain.kinds import Nullable, Text
from licet.errors import CredentialNotAccepted
from licet.services.credentials import Caller
from licet.services.sessions import SessionKind
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Session"
PATH = "/api/manage/session"

SESSION = SessionKind(NAME, SESSION_TOKEN, lifetime=30 * DAY, keep=100)

SIGN_IN = Shape(
    name="SignIn",
    fields=(
        Field(theirs="username", ours="username", kind=Text(1, 254), absent=Absent.REFUSE, about="Or e-mail address."),
        Field(theirs="password", ours="password", kind=Password(), absent=Absent.REFUSE),
        Field(theirs="code", ours="code", kind=Nullable(Text(maximum=20)), about="For accounts with a second factor."),
    ),
    unknown=Unknown.REFUSE,
)


class Session:
    """The caller's own session."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._sessions = setup.services.sessions
        self._authentication = authentication

    async def open(self, request: Request) -> Reply:
        """A session token for a right name and password."""
        said = SIGN_IN.decode(body(request))
        user = await self._authentication.prove(request, said["username"], said["password"])
        opened = await self._sessions.open(user, SESSION)
        return render.created(
            {"token": opened.token, "expires_at": moment(opened.session.expires_at), "user": USER.encode(user)}
        )

    async def get(self, request: Request) -> Reply:
        """Who the caller is and what they may do at this moment."""
        return render.ok(_encoded(await self._authentication.caller(request)))

    async def end(self, request: Request) -> Reply:
        """The session ends; a personal access token has none."""
        caller = await self._authentication.caller(request)
        if caller.kind != "session":
            raise CredentialNotAccepted
        await self._sessions.end(caller.credential.id)
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("POST", PATH, self.open, _OPEN),
            Route("GET", PATH, self.get, _GET),
            Route("DELETE", PATH, self.end, _END),
        )


def _encoded(caller: Caller) -> dict[str, object]:
    actor = caller.actor
    return {
        "kind": caller.kind,
        "expires_at": moment(caller.credential.expires_at),
        "user": USER.encode(caller.user),
        "roles": [{"organization_id": key, "role": role} for key, role in sorted(actor.roles.items())],
        "permissions": sorted(actor.permissions),
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
    }


def _document(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_TIME: Schema = {"type": "string", "format": "date-time"}

_OPEN = Operation(
    summary="Sign in",
    about="The token is good for 30 days. Failures are counted for each user and address.",
    tag=TAG,
    request=SIGN_IN,
    answers={render.CREATED: _document(token={"type": "string"}, expires_at=_TIME, user=USER.schema(request=False))},
    faults=render.ANYBODY,
)
_GET = Operation(
    summary="Who am I?",
    about="`scopes` is null where the credential is not narrowed.",
    tag=TAG,
    answers={
        render.OK: _document(
            kind={"type": "string", "enum": [*CREDENTIALS, "access_token"]},
            expires_at={"anyOf": [_TIME, {"type": "null"}]},
            user=USER.schema(request=False),
            roles={
                "type": "array",
                "items": _document(organization_id={"type": "string"}, role={"type": "string"}),
            },
            permissions=_TEXTS,
            scopes={"anyOf": [_TEXTS, {"type": "null"}]},
        )
    },
    security=CREDENTIALS,
    faults=render.ASKING,
)
_END = Operation(
    summary="Sign out", tag=TAG, answers={render.NO_CONTENT: None}, security=("session",), faults=render.ASKING
)
