"""The grants, one file each. A grant proves, it never issues: it answers `Proof` or `Replay`, or refuses.

Two orders, a value of each: what is *burnt* by a failed try (authorization codes) is claimed first and compared on the
claimed row; what is not burnt (refresh tokens, device codes) is checked first and claimed last.
"""

from collections.abc import Mapping

from licet.oauth.grants import (
    authorization_code,
    client_credentials,
    device_code,
    jwt_bearer,
    refresh_token,
    token_exchange,
)
from licet.oauth.grants.grant import Grant

GRANTS: Mapping[str, Grant] = {
    grant.grant_type: grant
    for grant in (
        authorization_code.GRANT,
        refresh_token.GRANT,
        client_credentials.GRANT,
        device_code.GRANT,
        token_exchange.GRANT,
        jwt_bearer.GRANT,
    )
}
"""Every grant by its grant_type."""
