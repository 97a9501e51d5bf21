"""How an application proves itself (RFC 6749 section 2.3): one file a method, one table, exactly one method a request.

An unknown client costs the same work as a wrong secret, and gets the same answer.
"""

from licet.domain.application import Application
from licet.domain.profile import PROFILES, profile_of
from licet.domain.secret import matches
from licet.errors import Cause, InvalidClient, InvalidRequest
from licet.oauth.caller import Caller
from licet.oauth.client_auth import (
    client_secret_basic,
    client_secret_jwt,
    client_secret_post,
    none,
    private_key_jwt,
    self_signed_tls_client_auth,
    tls_client_auth,
)
from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.context import Context
from licet.oauth.provider import Provider
from licet.oauth.request import TokenRequest
from licet.services.clients import NOBODY, Client

METHODS: tuple[Method, ...] = (
    client_secret_basic.METHOD,
    client_secret_post.METHOD,
    client_secret_jwt.METHOD,
    private_key_jwt.METHOD,
    none.METHOD,
    tls_client_auth.METHOD,
    self_signed_tls_client_auth.METHOD,
)
"""Every method, in the order in which metadata names them."""
_KEYLESS = tuple(method for method in METHODS if not method.certificate)


def offered(provider: Provider) -> tuple[Method, ...]:
    """The methods by which an application can prove itself at a surface."""
    ranks, names = ("", "any", "verified"), provider.rules.auth_methods
    seen = ranks[: ranks.index(provider.certificates) + 1]
    allowed = PROFILES[provider.profile].auth_methods
    lists = [names for names in (names, allowed) if names is not None]
    return tuple(one for one in METHODS if one.certificate in seen and all(one.name in names for names in lists))


async def authenticate(context: Context, request: TokenRequest, endpoint: str = "") -> Caller:
    """The application behind a request (InvalidClient; InvalidRequest when it says two things at once).

    At an endpoint that names itself, assertions may be for its URL too.
    """
    used = _used(context, request)
    method, presented = used[0]
    client, now = await context.clients.find(presented.client_id), context.now()
    if client is None or context.provider.surface not in client.application.protocols:
        matches(NOBODY, presented.secret or "")
        raise _refused(method, presented, Cause.CLIENT_UNKNOWN)
    if not client.application.enabled:
        raise _refused(method, presented, Cause.CLIENT_DISABLED)
    registered = client.application.token_endpoint_auth_method
    if presented.certificate is not None:
        # What only says its name is proven by its certificate, or not at all: its registration tells which.
        method = next((one for one, _ in used if registered in one.serves), method)
    serves = _serves(context, client.application, method)
    proven = None
    if serves:
        later = method.proves_by_request
        proven = await later(context, client, request, endpoint) if later else method.proves(client, presented, now)
    if proven is None:
        await context.clients.look_up(presented.client_id)  # as an unknown one is looked up, which nobody remembers
        raise _refused(method, presented, _unproven(client, now))
    _remember(context, client, proven, request.address, now=now)
    return Caller(client, method.name)


def _serves(context: Context, application: Application, method: Method) -> bool:
    """Whether an application may prove itself by a method: by its registration, and by its profile."""
    demanded = profile_of(application, context.provider.profile).auth_methods
    registered = context.provider.rules.secret_or_pkce or application.token_endpoint_auth_method in method.serves
    return registered and (demanded is None or method.name in demanded)


def _unproven(client: Client, now: int) -> Cause:
    return Cause.SECRET_WRONG if any(secret.live(now) for secret in client.secrets) else Cause.SECRET_NONE


def _refused(method: Method, presented: Presented, cause: Cause) -> InvalidClient:
    detail = f"{presented.client_id[:40]!r} by {method.name}: {cause.value}"
    return InvalidClient(detail=detail, cause=cause, scheme=method.scheme)


def _remember(context: Context, client: Client, proven: Proven, address: str, *, now: int) -> None:
    """Note the use, which owners are shown before they revoke a secret or delete an application."""
    kept = context.ambient.store
    if proven.secret_id is None:
        kept.applications.used(client.application.id, now)
    else:
        kept.secrets.touch(proven.secret_id, now=now, address=address)


def _used(context: Context, request: TokenRequest) -> list[tuple[Method, Presented]]:
    """The method of a request; several only where they are one thing to see, and the registration tells which."""
    names = context.provider.rules.auth_methods
    used = [
        (method, found)
        for method in (METHODS if request.held is not None else _KEYLESS)
        if (method.parameter is None or method.parameter in request.parameters)
        and (names is None or method.name in names)
        and (found := method.presented(request)) is not None
    ]
    if not used or not used[0][1].client_id:
        raise InvalidClient("The client did not say who it is.", cause=Cause.CLIENT_MISSING, scheme="Basic")
    one_thing = len(used) == 1 or len({found for _, found in used}) == 1
    if len(used) > 1 and one_thing:
        one_thing = context.provider.rules.basic_and_body or used[0][1].certificate is not None
    if not one_thing or request.get("client_id") not in {None, used[0][1].client_id}:
        # RFC 6749 §2.3: not more than one method in each request.
        raise InvalidRequest("More than one way of client authentication was used.", cause=Cause.CLIENT_TWICE)
    return used
