"""People as this surface writes them."""

from dataclasses import replace

from licet.dialects.native.fields import paged, shown, shown_time, wanted
from licet.dialects.native.formats import Cursor
from licet.dialects.native.kinds import Password
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Choice, Flag, Nullable, Text, Texts
from licet.services.passwords import digest_of
from licet.services.users import INSTANCE_ROLES

NAME = Field(theirs="name", ours="name", kind=Text(1, 200), about="What others see; the user name when left out.")
EMAIL = Field(theirs="email", ours="email", kind=Nullable(Text(3, 254)))
ROLES = Field(
    theirs="roles",
    ours="roles",
    kind=Texts(Choice(INSTANCE_ROLES), minimum=1, unique=True),
    take=lambda roles, _: tuple(roles),
    about="Roles in the instance as a whole.",
)
USERNAME = Field(theirs="username", ours="username", kind=Text(1, 64), absent=Absent.REFUSE)
PASSWORD = Field(
    theirs="password",
    ours="password_digest",
    kind=Password(minimum=8),
    take=lambda password, _: digest_of(password),
    about="At least 8 characters.",
)


def _value_of_link(link: str | None, _present: object) -> str | None:
    return link and link.rpartition("/")[2]


USER = Shape(
    name="User",
    fields=(
        shown("id", Text()),
        shown("username", Text()),
        NAME,
        EMAIL,
        shown("email_verified", Flag()),
        Field(theirs="active", ours="active", kind=Flag(), about="Off: every session and token has ended."),
        ROLES,
        shown("organization_id", Text(), "The personal organization."),
        shown_time("created_at"),
        shown_time("updated_at"),
        shown_time("last_login_at"),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
NEW_USER = Shape(name="NewUser", fields=(USERNAME, NAME, EMAIL, ROLES, PASSWORD), unknown=Unknown.REFUSE)

_FIRST_PASSWORD = Shape(name="FirstPassword", fields=(PASSWORD,), unknown=Unknown.REFUSE).having(
    "FirstPassword", password=Absent.REFUSE
)
(REQUIRED_PASSWORD,) = _FIRST_PASSWORD.fields

SIGN_UP = Shape(
    name="SignUp",
    fields=(
        USERNAME,
        NAME,
        EMAIL,
        REQUIRED_PASSWORD,
        Field(
            theirs="invitation",
            ours="invitation",
            kind=Nullable(Text(1, 500)),
            take=_value_of_link,
            about="An invitation, or its last part alone.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
SETUP = Shape(
    name="Setup",
    fields=(
        Field(
            theirs="link",
            ours="link",
            kind=Text(1, 500),
            absent=Absent.REFUSE,
            take=_value_of_link,
            about="A setup link, or its last part alone.",
        ),
        REQUIRED_PASSWORD,
    ),
    unknown=Unknown.REFUSE,
)
NEW_PASSWORD = Shape(
    name="NewPassword",
    fields=(
        REQUIRED_PASSWORD,
        Field(
            theirs="current_password",
            ours="current_password",
            kind=Password(),
            about="Needed to change one's own.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
INVITATION = Shape(
    name="Invitation",
    fields=(
        replace(EMAIL, about="Whom it is for: their address, unless they give another."),
        Field(
            theirs="organization_id",
            ours="organization_id",
            kind=Nullable(Text(1, 64)),
            about="An organization that they come into as well.",
        ),
    ),
    unknown=Unknown.REFUSE,
)

USERS_CURSOR = Cursor("users")
USERS = paged("Users", USERS_CURSOR, wanted("q", "The beginning of the user name.", Text(1, 64)))
