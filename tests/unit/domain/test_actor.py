from dataclasses import replace
from typing import Any

import pytest

from licet.domain.actor import MANAGE_APPLICATIONS, SYSTEM_USER_ID, Reach, require_management
from licet.errors import NotCreator, PermissionMissing, Refused, RoleTooLow, ScopeMissing, UnknownApplication
from tests.unit.domain.people import actor
from tests.unit.domain.test_application import BARE

ACME = BARE.organization_id
OWN = replace(BARE, created_by="alice")
EVERYTHING: dict[str, Any] = {"permissions": frozenset({MANAGE_APPLICATIONS})}


@pytest.mark.parametrize(
    ("reach", "given", "refusal"),
    [
        (Reach.ROLE, {"roles": {ACME: "owner"}}, None),
        (Reach.ROLE, {"roles": {ACME: "admin"}}, None),
        (Reach.ROLE, {"roles": {ACME: "member"}}, RoleTooLow),
        (Reach.ROLE, {"roles": {"2" * 24: "owner"}}, UnknownApplication),
        (Reach.ROLE, {}, UnknownApplication),
        (Reach.ROLE, EVERYTHING, None),
        (Reach.ROLE, {"client_id": "abc"}, None),
        (Reach.ROLE, {"client_id": "another"}, UnknownApplication),
        (Reach.CREATOR, {"roles": {ACME: "owner"}}, None),
        (Reach.CREATOR, {"roles": {ACME: "member"}}, NotCreator),
        (Reach.CREATOR, {}, NotCreator),
        (Reach.PERMISSION, {"roles": {ACME: "owner"}}, PermissionMissing),
        (Reach.PERMISSION, EVERYTHING, None),
    ],
)
def test_a_surface_narrows_the_one_rule_by_its_reach(
    reach: Reach, given: dict[str, Any], refusal: type[Refused] | None
) -> None:
    if refusal is None:
        require_management(actor("alice", **given), OWN, reach)
        return
    with pytest.raises(refusal):
        require_management(actor("alice", **given), OWN, reach)


def test_where_the_creator_is_asked_for_an_owner_who_is_not_the_creator_is_refused() -> None:
    with pytest.raises(NotCreator):
        require_management(actor("carol", roles={ACME: "owner"}), OWN, Reach.CREATOR)


def test_an_instance_admin_stands_in_for_the_built_in_user_and_for_nobody_else() -> None:
    admin = actor("admin", instance_roles=frozenset({"admin"}), **EVERYTHING)
    require_management(admin, replace(OWN, created_by=SYSTEM_USER_ID), Reach.CREATOR)
    with pytest.raises(NotCreator):
        require_management(admin, OWN, Reach.CREATOR)


def test_a_narrowed_credential_needs_its_scopes_and_a_session_needs_none() -> None:
    actor("alice").need_scope("applications:write")
    narrowed = actor("alice", scopes=frozenset({"applications:read"}))
    narrowed.need_scope("applications:read")
    with pytest.raises(ScopeMissing):
        narrowed.need_scope("applications:write")


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ({"p": "owner"}, "p"),
        ({"p": "owner", "acme": "member"}, "p"),
        ({"p": "owner", "acme": "admin"}, "acme"),
        ({"p": "owner", "acme": "admin", "other": "owner"}, None),
    ],
)
def test_an_application_without_a_named_organization_goes_home(roles: dict[str, str], home: str | None) -> None:
    assert actor("alice", organization_id="p", roles=roles).home == home
