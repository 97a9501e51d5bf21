"""Login tokens by other ways than a password: for the instance's secret, and for a code that is used once."""

import hmac

from licet.dialects.record import Setup
from licet.dialects.rocketchat import profiles, reference, render
from licet.dialects.rocketchat.formats import SESSION, USER_ID
from licet.dialects.rocketchat.gate import Call, Gate, fits
from licet.dialects.rocketchat.reference import OBJECT, TEXT
from licet.dialects.rocketchat.schema import faults_of
from licet.domain.actor import CREATE_TOKENS_FOR_OTHERS
from licet.errors import UnknownLink, UnknownUser
from licet.web.limits import SIGN_IN_FAILURES_OF_ADDRESS
from licet.web.reply import Reply
from licet.web.route import Route

CREATE_SECRET = "rocketchat_create_token_secret"
SHORTEST_SECRET = 32


class Granting:
    """Handlers that open sessions."""

    def __init__(self, setup: Setup) -> None:
        self._services = setup.services
        self._limiter = setup.limiter
        self._secret = str(setup.options[CREATE_SECRET])

    async def create(self, call: Call) -> Reply:
        """A login token of a person, for a caller who knows the secret; of another with the permission."""
        said = profiles.CREATE_TOKEN.decode(call.sent)
        if not self._knows_secret(said.get("secret") or ""):
            return render.may_not_create_token()
        if not said.get("user_id") and not said.get("username"):
            return render.user_param_required()
        actor = call.caller.actor
        user_id = USER_ID.read(said.get("user_id") or "")
        user = await self._services.users.find(username=said.get("username"), user_id=user_id)
        if user.id != actor.id and not actor.may(CREATE_TOKENS_FOR_OTHERS):
            return render.may_not_create_token()
        if not user.active:
            raise UnknownUser
        opened = await self._services.sessions.open(user, SESSION)
        return render.ok({"data": {"userId": USER_ID.spell(user.id), "authToken": opened.token}})

    async def code(self, call: Call) -> Reply:
        """A code with which the caller signs in elsewhere."""
        return render.ok({"code": await self._services.users.login_code(call.caller.actor.id or "")})

    async def redeem(self, call: Call) -> Reply:
        """A login token for such a code, once."""
        await self._limiter.admit(SIGN_IN_FAILURES_OF_ADDRESS, call.request.client)
        try:
            user = await self._services.users.redeem(profiles.LOGIN_CODE.decode(call.sent)["code"])
        except UnknownLink:
            await self._limiter.count(SIGN_IN_FAILURES_OF_ADDRESS, call.request.client)
            return render.login_refused()
        opened = await self._services.sessions.open(user, SESSION)
        return render.ok({"loginToken": opened.token, "userId": USER_ID.spell(user.id)})

    def _knows_secret(self, given: str) -> bool:
        right = hmac.compare_digest(given.encode(), self._secret.encode())
        return right and len(self._secret) >= SHORTEST_SECRET


def routes(setup: Setup, gate: Gate) -> tuple[Route, ...]:
    """A token for the secret, a code, and a token for a code."""
    granting = Granting(setup)
    return (
        gate.route(
            "users.createToken",
            granting.create,
            reference.operation("Create a login token", "account", {"data": OBJECT}, request=profiles.CREATE_TOKEN),
            fits(faults_of(profiles.CREATE_TOKEN)),
        ),
        gate.route(
            "loginCode.create", granting.code, reference.operation("Create a login code", "account", {"code": TEXT})
        ),
        gate.open(
            "loginCode.redeem",
            granting.redeem,
            reference.operation(
                "Sign in with a code",
                "account",
                {"loginToken": TEXT, "userId": TEXT},
                request=profiles.LOGIN_CODE,
                security=(),
            ),
            fits(faults_of(profiles.LOGIN_CODE)),
        ),
    )
