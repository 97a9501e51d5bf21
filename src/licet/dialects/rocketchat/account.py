"""Signing in and out, and what people see of themselves."""

from licet.dialects.record import Setup
from licet.dialects.rocketchat import profiles, reference, render
from licet.dialects.rocketchat.formats import NAME, SESSION, USER_ID
from licet.dialects.rocketchat.gate import Call, Gate, fits
from licet.dialects.rocketchat.profiles import Profile
from licet.dialects.rocketchat.proof import Proof, claimed
from licet.dialects.rocketchat.reference import BY_TOKEN, LOGGED_IN, OBJECT, TEXT
from licet.dialects.rocketchat.schema import faults_of
from licet.domain.actor import END_SESSIONS_OF_OTHERS
from licet.domain.user import User
from licet.errors import Throttled, Unauthenticated, WrongPassword
from licet.web.limits import SIGN_IN_FAILURES
from licet.web.reply import Reply
from licet.web.route import Route


class Account:
    """Handlers of a caller's own session."""

    def __init__(self, setup: Setup) -> None:
        self._services = setup.services
        self._accepts = setup.accepts
        self._origin = setup.origin
        self._proof = Proof(setup)

    async def login(self, call: Call) -> Reply:
        """Sign in with a password, or go on with a token (`resume`)."""
        try:
            if isinstance(call.sent, dict) and "resume" in call.sent:
                return await self._resume(call)
            user = await self._proof.prove(call.request, claimed(call.sent))
        except (WrongPassword, Unauthenticated):
            return render.login_refused()
        except Throttled as refusal:
            of_user = refusal.what == SIGN_IN_FAILURES.name
            return render.login_blocked("user" if of_user else "ip")
        opened = await self._services.sessions.open(user, SESSION)
        return self._signed_in(user, opened.token)

    async def logout(self, call: Call) -> Reply:
        """End the presented token alone."""
        await call.caller.end()
        return render.ok({"status": "success", "data": {"message": "You've been logged out!"}})

    async def me(self, call: Call) -> Reply:
        """The caller."""
        connected = await self._services.authorizations.connected(call.caller.user.id)
        here = [one.application.client_id for one in connected if NAME in {each.surface for each in one.consents}]
        return render.ok(profiles.ME.encode(Profile(call.caller.user, self._origin, tuple(here))))

    async def logout_user(self, call: Call) -> Reply:
        """End every login of a user on this surface."""
        user_id = _user_id(call)
        await self._services.sessions.end_all(call.caller.actor, USER_ID.read(user_id) or "", NAME)
        return render.ok({"message": f"User {user_id} has been logged out!"})

    async def info(self, call: Call) -> Reply:
        """The version, and more of it for whoever is signed in."""
        return render.ok(profiles.VERSION.encode(call.known))

    async def _resume(self, call: Call) -> Reply:
        token = call.sent["resume"]
        caller = await self._services.credentials.either(
            token if isinstance(token, str) else "", NAME, self._accepts, call.request.request_id
        )
        return self._signed_in(caller.user, token)

    def _signed_in(self, user: User, token: str) -> Reply:
        me = profiles.OWN.encode(Profile(user, self._origin))
        return render.ok({"status": "success", "data": {"userId": me["_id"], "authToken": token, "me": me}})


def _user_id(call: Call) -> str:
    return str(profiles.LOGOUT.decode(call.sent).get("user_id") or USER_ID.spell(call.caller.user.id))


def _ends_only_own(call: Call) -> Reply | None:
    own = USER_ID.read(_user_id(call)) == call.caller.actor.id
    return None if own or call.caller.actor.may(END_SESSIONS_OF_OTHERS) else render.forbidden()


def routes(setup: Setup, gate: Gate) -> tuple[Route, ...]:
    """Sign-in, sign-out, the caller, and the probe."""
    account = Account(setup)
    out = reference.operation("End the presented token", "account", {"status": TEXT, "data": OBJECT})
    return (
        gate.open(
            "login",
            account.login,
            reference.operation(
                "Sign in", "account", {"status": TEXT, "data": OBJECT}, request=profiles.LOGIN, security=()
            ),
        ),
        gate.route("logout", account.logout, out),
        gate.route("logout", account.logout, out, method="GET"),
        gate.route("me", account.me, reference.operation("The caller", "account", profiles.ME), method="GET"),
        gate.route(
            "users.logout",
            account.logout_user,
            reference.operation("End all logins of a user", "account", {"message": TEXT}, request=profiles.LOGOUT),
            fits(faults_of(profiles.LOGOUT)),
            _ends_only_own,
        ),
        gate.uncounted(
            "/api/info",
            account.info,
            reference.operation("Version, readiness", "account", profiles.VERSION, security=("", LOGGED_IN, BY_TOKEN)),
        ),
    )
