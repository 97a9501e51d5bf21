"""Who calls an endpoint of the protocol, once that is proven."""

from typing import NamedTuple

from licet.domain.application import Application
from licet.services.clients import Client


class Caller(NamedTuple):
    """An application, and how it proved itself.

    Attributes:
        proven_by: the method of client authentication; empty where a surface asks for none.
        bound_to: what its tokens are bound to, a member of `cnf` (RFC 7800) as `<name>:<value>`; empty for nothing.
    """

    client: Client
    proven_by: str
    bound_to: str = ""

    @property
    def application(self) -> Application:
        """The application."""
        return self.client.application
