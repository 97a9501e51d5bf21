"""Device authorization (RFC 8628 sections 3.1 and 3.2): what a device shows to a person, and what it polls with."""

from dataclasses import dataclass

from licet.domain.application import DEVICE_CODE, Application
from licet.domain.family import DeviceCode
from licet.domain.secret import digest
from licet.errors import Broken, UnauthorizedClient
from licet.oauth.asking import Asked
from licet.oauth.authorize import check_device
from licet.oauth.client_auth import authenticate
from licet.oauth.context import Context
from licet.oauth.decide import SignedIn, act_of_consent
from licet.oauth.provider import LETTERS
from licet.oauth.request import TokenRequest

LENGTH = 8
GROUP = 4
TRIES = 5
"""User codes tried before giving up; with 20^8 of them the second is a rare sight."""


@dataclass(frozen=True, slots=True)
class DeviceAnswer:
    """What the device is told; times in seconds."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


async def device(context: Context, request: TokenRequest) -> DeviceAnswer:
    """A new device authorization of an authenticated client; any leaf of ProtocolRefusal when it gets none."""
    caller = await authenticate(context, request)
    if DEVICE_CODE not in caller.application.grant_types:
        raise UnauthorizedClient
    asked = Asked(parameters=request.parameters, resources=request.resources, known=caller.client)
    asked = await check_device(context, asked)
    forms, now = context.provider.forms, context.now()
    code = forms.device_code(context.random)
    for _ in range(TRIES):
        made = DeviceCode(
            digest=digest(code),
            user_code=forms.user_code(context.random),
            application_id=caller.application.id,
            client_id=caller.application.client_id,
            surface=context.provider.surface,
            scope=asked.scope,
            resources=asked.resources,
            created_at=now,
            expires_at=now + context.provider.device_lifetime * 1000,
            interval=context.provider.device_interval,
            address=request.address,
        )
        if await context.ambient.store.devices.insert(made):
            return DeviceAnswer(code, spelled(made.user_code), context.provider.device_lifetime, made.interval)
    raise Broken("no user code is free")


def spelled(user_code: str) -> str:
    """A user code as people read it, `BCDF-GHJK`; it is kept without the hyphen."""
    return f"{user_code[:GROUP]}-{user_code[GROUP:]}"


def typed(text: str) -> str | None:
    """The user code that a person typed, in upper or lower case, with or without hyphen and blanks; None for none."""
    letters = "".join(text.split()).replace("-", "").upper()
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else None


async def decided(
    context: Context, application: Application, person: SignedIn, device: DeviceCode, *, approve: bool
) -> bool:
    """Write down what a person said of a device that they named, once; False when it was too late."""
    consent = (
        act_of_consent(context, application, person, scope=device.scope, resources=device.resources)
        if approve
        else None
    )
    return await context.ambient.store.devices.decide(
        device.user_code,
        user_id=person.user.id,
        session_id=person.session_id,
        auth_time=person.auth_time,
        now=context.now(),
        consent=consent,
    )
