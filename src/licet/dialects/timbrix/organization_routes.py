"""The routes of organizations, their members, API keys and webhooks, each with what it says of itself."""

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Schema, Shape
from licet.dialects.timbrix import render
from licet.dialects.timbrix.api_keys import ApiKeys
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.formats import IDEMPOTENCY_KEY
from licet.dialects.timbrix.members import Members
from licet.dialects.timbrix.organization_fields import (
    API_KEY,
    DELIVERY,
    ISSUED_API_KEY,
    MADE_WEBHOOK,
    MEMBER,
    NEW_API_KEY,
    NEW_ORGANIZATION,
    NEW_ROLE,
    NEW_WEBHOOK,
    ORGANIZATION,
    VALIDITY,
    WEBHOOK,
)
from licet.dialects.timbrix.organizations import Organizations
from licet.dialects.timbrix.webhooks import Webhooks
from licet.web.route import Route

_ALL = "/api/organizations"
_ONE = f"{_ALL}/{{organizationId}}"
_MEMBER = f"{_ONE}/members/{{memberId}}"
_KEYS = f"{_ONE}/api-keys"
_HOOKS = f"{_ONE}/webhooks"
_HOOK = f"{_HOOKS}/{{webhookId}}"
_ORGANIZATIONS, _API_KEYS, _WEBHOOKS = "Organizations", "API keys", "Webhooks"
_BEARER = ("bearer",)


def routes(setup: Setup, callers: Callers) -> tuple[Route, ...]:
    """The routes over an instance's services."""
    organizations, members = Organizations(setup, callers), Members(setup, callers)
    keys, webhooks = ApiKeys(setup, callers), Webhooks(setup, callers)
    return (
        Route("POST", _ALL, organizations.create, _CREATE),
        Route("GET", f"{_ONE}/members", members.all, _LIST_MEMBERS),
        Route("PUT", f"{_MEMBER}/role", members.set_role, _SET_ROLE),
        Route("DELETE", _MEMBER, members.remove, _REMOVE_MEMBER),
        Route("POST", _KEYS, keys.create, _CREATE_KEY),
        Route("GET", _KEYS, keys.all, _LIST_KEYS),
        Route("POST", "/api/api-keys/validate", keys.validate, _VALIDATE),
        Route("POST", _HOOKS, webhooks.create, _CREATE_HOOK),
        Route("GET", _HOOKS, webhooks.all, _LIST_HOOKS),
        Route("PUT", _HOOK, webhooks.update, _UPDATE_HOOK),
        Route("DELETE", _HOOK, webhooks.delete, _DELETE_HOOK),
        Route("GET", f"{_HOOK}/deliveries", webhooks.deliveries, _DELIVERIES),
    )


def _array(shape: Shape) -> Schema:
    return {"type": "array", "items": shape.schema(request=False)}


_CREATE = Operation(
    summary="Make an organization",
    about="The caller becomes its owner.",
    tag=_ORGANIZATIONS,
    request=NEW_ORGANIZATION,
    answers={render.CREATED: ORGANIZATION},
    security=_BEARER,
    faults=render.CREATING,
)
_LIST_MEMBERS = Operation(
    summary="List members",
    about="For any member.",
    tag=_ORGANIZATIONS,
    answers={render.OK: _array(MEMBER)},
    security=_BEARER,
    faults=render.LISTED,
)
_SET_ROLE = Operation(
    summary="Change a member's role",
    about="The owner's stays, and so does the own of a sole admin.",
    tag=_ORGANIZATIONS,
    request=NEW_ROLE,
    answers={render.OK: MEMBER},
    security=_BEARER,
    faults=render.ADDED,
)
_REMOVE_MEMBER = Operation(
    summary="Remove a member",
    about="Their API keys, and their tokens for applications of the organization, end.",
    tag=_ORGANIZATIONS,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.REMOVED,
)
_CREATE_KEY = Operation(
    summary="Make an API key",
    about="The key is shown this once.",
    tag=_API_KEYS,
    request=NEW_API_KEY,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: ISSUED_API_KEY},
    security=_BEARER,
    faults=render.CREATING,
)
_LIST_KEYS = Operation(
    summary="List API keys",
    about="Newest first, never a value.",
    tag=_API_KEYS,
    answers={render.OK: _array(API_KEY)},
    security=_BEARER,
    faults=render.LISTED,
)
_VALIDATE = Operation(
    summary="Validate an API key",
    about="`401` for what is no key, `403` for one that has ended.",
    tag=_API_KEYS,
    answers={render.OK: VALIDITY},
    security=("api_key",),
    faults=render.ASKED,
)
_CREATE_HOOK = Operation(
    summary="Make a webhook",
    about="Its signing secret is shown this once: `X-Webhook-Signature` is `sha256=` and the HMAC-SHA-256 of the body.",
    tag=_WEBHOOKS,
    request=NEW_WEBHOOK,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: MADE_WEBHOOK},
    security=_BEARER,
    faults=render.CREATING,
)
_LIST_HOOKS = Operation(
    summary="List webhooks",
    tag=_WEBHOOKS,
    answers={render.OK: _array(WEBHOOK)},
    security=_BEARER,
    faults=render.LISTED,
)
_UPDATE_HOOK = Operation(
    summary="Update a webhook",
    about="What is left out is kept.",
    tag=_WEBHOOKS,
    request=WEBHOOK,
    answers={render.OK: WEBHOOK},
    security=_BEARER,
    faults=render.WRITTEN,
)
_DELETE_HOOK = Operation(
    summary="Delete a webhook",
    tag=_WEBHOOKS,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.READ,
)
_DELIVERIES = Operation(
    summary="Read what a webhook was told",
    about="The latest hundred, newest first. What failed is tried again after 1, 5 and 30 seconds.",
    tag=_WEBHOOKS,
    answers={render.OK: _array(DELIVERY)},
    security=_BEARER,
    faults=render.READ,
)
