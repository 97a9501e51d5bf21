"""People, their tokens and their permissions as this surface is asked for them and shows them."""

from dataclasses import dataclass

from licet.dialects.rocketchat.fields import shown
from licet.dialects.rocketchat.formats import USER_ID, written_time
from licet.dialects.rocketchat.kinds import Rows, Words
from licet.dialects.rocketchat.reading import AS_FLAG, AS_NUMBER, AS_TEXT
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Document, Flag, Number, Text, Texts
from licet.domain.user import User

SPOKEN = "7.10"
"""The version of the API that is spoken here; clients choose by it what they ask for."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, as an instance of a public origin shows them, with the clients that they authorized."""

    user: User
    origin: str
    authorized: tuple[str, ...] = ()


def _emails(profile: Profile) -> list[dict[str, object]]:
    user = profile.user
    return [{"address": user.email, "verified": user.email_verified}] if user.email else []


def _oauth(authorized: tuple[str, ...]) -> dict[str, object] | None:
    return {"authorizedClients": list(authorized)} if authorized else None


_NAMES = (
    shown("_id", Words(), lambda profile: USER_ID.spell(profile.user.id)),
    shown("name", Words(), lambda profile: profile.user.name),
    shown("username", Words(), lambda profile: profile.user.username),
)
_EMAILS = (
    shown("emails", Texts(Document(1000)), _emails),
    shown("email", Words(), lambda profile: profile.user.email),
)
_PRESENCE = (
    shown("status", Words(), lambda _: "offline"),
    shown("statusConnection", Words(), lambda _: "offline"),
    shown("utcOffset", Number(-12, 14), lambda _: 0),
    shown("active", Flag(), lambda profile: profile.user.active),
)
_ROLES = (shown("roles", Texts(Words()), lambda profile: profile.user.roles),)
_ACCOUNT = (
    shown("settings", Document(1000), lambda _: {"profile": {}, "preferences": {}}),
    shown("avatarUrl", Words(), lambda profile: f"{profile.origin}/avatar/{profile.user.username}"),
    shown("isOAuthUser", Flag(), lambda _: False),
)
_UPKEEP = (
    shown("oauth", Document(100_000), lambda profile: _oauth(profile.authorized), "Clients that they authorized."),
    shown("_updatedAt", Words(), lambda profile: written_time(profile.user.updated_at)),
    shown("services", Document(1000), lambda profile: {"password": {"exists": profile.user.password_hash is not None}}),
)

PUBLIC = Shape(name="Person", fields=(*_NAMES, *_PRESENCE), unknown=Unknown.REFUSE)
"""What everybody may see of anybody."""
OWN = Shape(
    name="Account",
    fields=(*_NAMES, *_EMAILS, *_PRESENCE, *_ROLES, *_ACCOUNT),
    unknown=Unknown.REFUSE,
    omits_none=True,
)
"""What people see of themselves when they sign in, and administrators of others."""
ME = Shape(name="Me", fields=(*OWN.fields, *_UPKEEP), unknown=Unknown.REFUSE, omits_none=True)

USER_KEY = Field(theirs="userId", ours="user_id", kind=Words(), absent=Absent.REFUSE, **AS_TEXT)
LOGOUT = Shape(name="UserLogout", fields=(USER_KEY,), unknown=Unknown.IGNORE).having("UserLogout", userId=Absent.KEEP)
DELETE = Shape(name="UserDelete", fields=(USER_KEY,), unknown=Unknown.IGNORE)
ACTIVITY = Shape(
    name="UserActivity",
    fields=(
        USER_KEY,
        Field(theirs="activeStatus", ours="active", kind=Flag(), absent=Absent.REFUSE, **AS_FLAG),
    ),
    unknown=Unknown.IGNORE,
)
IDLE = Shape(
    name="UsersIdle",
    fields=(
        Field(theirs="daysIdle", ours="days", kind=Number(0, 36_500), absent=Absent.REFUSE, **AS_NUMBER),
        Field(theirs="role", ours="role", kind=Words(), **AS_TEXT, about="Default `user`."),
    ),
    unknown=Unknown.IGNORE,
)
CREATE = Shape(
    name="UserCreate",
    fields=(
        Field(theirs="name", ours="name", kind=Text(1), absent=Absent.REFUSE, **AS_TEXT),
        Field(theirs="email", ours="email", kind=Text(1), absent=Absent.REFUSE, **AS_TEXT),
        Field(theirs="username", ours="username", kind=Text(1), absent=Absent.REFUSE, **AS_TEXT),
        Field(theirs="password", ours="password", kind=Text(1), absent=Absent.REFUSE, **AS_TEXT),
        Field(theirs="roles", ours="roles", kind=Texts(Text(1)), take=lambda value, _: tuple(value)),
        Field(theirs="verified", ours="email_verified", kind=Flag(), **AS_FLAG),
    ),
    unknown=Unknown.IGNORE,
)
INFO = Shape(
    name="UserInfo",
    fields=(
        Field(theirs="username", ours="username", kind=Words(), about="This or `userId`."),
        Field(theirs="userId", ours="user_id", kind=Words()),
    ),
    unknown=Unknown.IGNORE,
)
PERMISSION = Shape(
    name="Permission",
    fields=(
        Field(theirs="_id", ours="id", kind=Text(1, 100), absent=Absent.REFUSE),
        Field(theirs="roles", ours="roles", kind=Texts(Text(1, 100), maximum=100), absent=Absent.REFUSE),
    ),
    unknown=Unknown.IGNORE,
)
PERMISSIONS = Shape(
    name="PermissionsUpdate",
    fields=(Field(theirs="permissions", ours="permissions", kind=Rows(PERMISSION), absent=Absent.REFUSE),),
    unknown=Unknown.IGNORE,
)

_BUILD = {"version": f"{SPOKEN}.0", "build": {}, "commit": {}, "marketplaceApiVersion": "1.0.0"}
VERSION = Shape(
    name="Version",
    fields=(
        shown("version", Words(), lambda _: SPOKEN),
        shown("info", Document(1000), lambda caller: caller and _BUILD, "Only to whoever is signed in."),
    ),
    unknown=Unknown.REFUSE,
    omits_none=True,
)

CREATE_TOKEN = Shape(
    name="LoginTokenCreate",
    fields=(
        Field(theirs="userId", ours="user_id", kind=Words(), **AS_TEXT, about="This or `username`."),
        Field(theirs="username", ours="username", kind=Words(), **AS_TEXT),
        Field(theirs="secret", ours="secret", kind=Words(), **AS_TEXT, about="The instance's configured value."),
    ),
    unknown=Unknown.IGNORE,
)
LOGIN_CODE = Shape(
    name="LoginCode",
    fields=(Field(theirs="code", ours="code", kind=Words(), absent=Absent.REFUSE, about="64 characters."),),
    unknown=Unknown.IGNORE,
)
LOGIN = Shape(
    name="Login",
    fields=(
        Field(theirs="user", ours="user", kind=Words(), about="User name or e-mail; may be an object with either."),
        Field(theirs="username", ours="username", kind=Words()),
        Field(theirs="email", ours="email", kind=Words()),
        Field(theirs="password", ours="password", kind=Words(), about="May be an object with `digest`, `algorithm`."),
        Field(theirs="resume", ours="resume", kind=Words(), about="A login token to go on with, alone."),
        Field(theirs="code", ours="code", kind=Words(), about="Ignored."),
    ),
    unknown=Unknown.IGNORE,
)
"""For the reference alone: a sign-in takes every form and never says which part of it was wrong."""
TOKEN_NAME = Shape(
    name="PersonalAccessTokenName",
    fields=(Field(theirs="tokenName", ours="name", kind=Text(1, trim=True), absent=Absent.REFUSE, **AS_TEXT),),
    unknown=Unknown.IGNORE,
)
TOKEN = Shape(
    name="PersonalAccessToken",
    fields=(
        shown("name", Words(), lambda token: token.name),
        shown("createdAt", Words(), lambda token: written_time(token.created_at)),
        shown("lastTokenPart", Words(), lambda token: token.tail, "Its last six characters."),
    ),
    unknown=Unknown.REFUSE,
)
