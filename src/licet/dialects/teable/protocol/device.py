"""The device grant: a code for a device, and its person's decision."""

import re
from typing import NamedTuple

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access, to_login
from licet.dialects.teable.body import body_of
from licet.dialects.teable.formats import SURFACE, typed
from licet.dialects.teable.limits import DEVICE_CODES
from licet.dialects.teable.protocol.authorize import AskedFor, person_of
from licet.dialects.teable.protocol.fields import ASKED, DEVICE_DECISION, DEVICE_REQUEST
from licet.dialects.teable.protocol.render import (
    USER_CODE_DISABLED,
    USER_CODE_UNKNOWN,
    USER_CODE_USED,
    Said,
    at_device,
    device_code,
    told,
)
from licet.dialects.teable.render import made, ok
from licet.domain.application import DEVICE_CODE, Application
from licet.domain.family import DeviceCode
from licet.errors import Invalid, InvalidRequest, ProtocolRefusal
from licet.oauth.device import decided, device
from licet.oauth.request import TokenRequest
from licet.services.credentials import Caller
from licet.web.limits import Guesses
from licet.web.reply import Reply
from licet.web.request import Request

PAGE = "/oauth/device"
FLOW = "device"
_BETWEEN = re.compile(r"[\s,]+")


class Typed(NamedTuple):
    """A device that waits for a decision, and the application that it runs."""

    device: DeviceCode
    application: Application


class Device:
    """The handlers below `/api/oauth/device`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._authorizations = setup.services.authorizations
        self._context = setup.context
        self._devices = setup.context.ambient.store.devices
        self._limiter = setup.limiter

    async def begin(self, request: Request) -> Reply:
        """A code for anybody who names an application that takes them."""
        await self._limiter.hit(DEVICE_CODES, request.client)
        try:
            said = DEVICE_REQUEST.decode(body_of(request))
        except Invalid:
            return at_device(InvalidRequest())
        scope = _BETWEEN.sub(" ", said.get("scope", "")).strip()
        asked = TokenRequest(
            parameters={"client_id": said.get("client_id", ""), "scope": scope}, address=request.client
        )
        try:
            return device_code(await device(self._context, asked), f"{request.origin}{PAGE}")
        except ProtocolRefusal as refusal:
            return at_device(refusal)

    async def look(self, request: Request) -> Reply:
        """What a device asks for."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        found = await self.typed(request, request.params["userCode"], caller)
        if not isinstance(found, Typed):
            return told(found)
        return ok(ASKED.encode(AskedFor(found.application, found.device.scope)))

    async def decide(self, request: Request) -> Reply:
        """Yes or no, once."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        said = DEVICE_DECISION.decode(body_of(request))
        refused = await self.decided(request, said["userCode"], caller, approve=said["approve"])
        return told(refused) if refused else made()

    async def typed(self, request: Request, text: str, caller: Caller) -> Typed | Said:
        """The device behind what a person typed; who guesses is soon asked to wait (Throttled)."""
        guesses = Guesses(self._limiter, caller.user.id, request.client)
        await guesses.begin()
        known = await self._devices.by_user_code(typed(text), self._context.now())
        client = await self._context.clients.find(known.client_id) if known and known.surface == SURFACE else None
        if known is None or client is None:
            return USER_CODE_UNKNOWN
        await guesses.right()
        if known.state != "pending":
            return USER_CODE_USED
        if not client.application.enabled or DEVICE_CODE not in client.application.grant_types:
            return USER_CODE_DISABLED
        # Whoever types a code makes it theirs.
        entered = await self._devices.enter(known.user_code, user_id=caller.user.id, now=self._context.now())
        return Typed(entered, client.application) if entered else await self._not_theirs(known.user_code)

    async def _not_theirs(self, user_code: str) -> Said:
        """Why a code could not be made theirs: decided a moment ago, or somebody else's, which they are not told."""
        now = await self._devices.by_user_code(user_code, self._context.now())
        return USER_CODE_USED if now is not None and now.state != "pending" else USER_CODE_UNKNOWN

    async def decided(self, request: Request, text: str, caller: Caller, *, approve: bool) -> Said | None:
        """Write a decision down; why not, where it cannot be."""
        found = await self.typed(request, text, caller)
        if not isinstance(found, Typed):
            return found
        if not await decided(self._context, found.application, person_of(caller), found.device, approve=approve):
            return USER_CODE_USED
        action = "oauth-app.authorize" if approve else "oauth-app.authorize-denied"
        await self._authorizations.note(caller.actor, action, found.application, {"flow": FLOW})
        return None
