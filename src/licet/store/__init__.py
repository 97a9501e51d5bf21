"""What is kept, and how it is kept: the databases behind the ports of `services`.

`open` is the only door. The store decides no rule: it writes atomically what a service decided, says who lost a race,
and answers only after the commit. Nothing here knows HTTP, a protocol or a dialect.
"""

import random
from pathlib import Path
from urllib.parse import urlsplit

from licet.errors import BadSettings
from licet.services.ports import Store
from licet.store.sql.access_tokens import AccessTokens
from licet.store.sql.api_keys import ApiKeys
from licet.store.sql.applications import Applications
from licet.store.sql.audit import Audit
from licet.store.sql.authorization_requests import AuthorizationRequests
from licet.store.sql.catalogue import Catalogue
from licet.store.sql.consents import Consents
from licet.store.sql.counters import Counters
from licet.store.sql.devices import Devices
from licet.store.sql.engine import Engine
from licet.store.sql.families import Families
from licet.store.sql.idempotency import Idempotency
from licet.store.sql.keys import Keys
from licet.store.sql.links import Links
from licet.store.sql.living import Living
from licet.store.sql.logouts import Logouts
from licet.store.sql.notifications import Notifications
from licet.store.sql.organizations import Organizations
from licet.store.sql.personal_tokens import PersonalTokens
from licet.store.sql.registry import Registry
from licet.store.sql.secrets import Secrets
from licet.store.sql.sessions import Sessions
from licet.store.sql.spent import Spent
from licet.store.sql.sqlite import SQLite
from licet.store.sql.touches import Touches
from licet.store.sql.transfers import Transfers
from licet.store.sql.trust import Trust
from licet.store.sql.upkeep import Upkeep
from licet.store.sql.users import Users
from licet.store.sql.webhooks import Webhooks


async def open(url: str, *, listen: bool = True) -> Store:  # noqa: A001 - callers write `store.open`, as they would `shelve.open`
    """The store behind `sqlite:///<path>`, a plain path, or `postgresql://...`; its schema may still need `migrate`.

    `listen`: hear of what other workers write, where the database tells; one more connection.

    Raises StoreUnavailable when the database cannot be opened, BadSettings for a URL of another kind.
    """
    engine = await open_engine(url, listen=listen)
    touches, registry = Touches(engine), Registry(engine)
    return Store(
        applications=Applications(engine, touches, registry),
        secrets=Secrets(engine, touches, registry),
        users=Users(engine),
        sessions=Sessions(engine, touches),
        personal_tokens=PersonalTokens(engine, touches),
        organizations=Organizations(engine),
        links=Links(engine),
        idempotency=Idempotency(engine),
        counters=Counters(engine),
        catalogue=Catalogue(engine, registry),
        audit=Audit(engine),
        keys=Keys(engine),
        registry=registry,
        families=Families(engine),
        consents=Consents(engine, touches),
        devices=Devices(engine),
        authorization_requests=AuthorizationRequests(engine),
        access_tokens=AccessTokens(engine, touches),
        living=Living(engine, touches, registry),
        transfers=Transfers(engine, registry),
        spent=Spent(engine),
        notifications=Notifications(engine),
        trust=Trust(engine),
        logouts=Logouts(engine),
        webhooks=Webhooks(engine),
        api_keys=ApiKeys(engine, touches),
        upkeep=Upkeep(engine, touches),
    )


async def open_engine(url: str, *, listen: bool = True) -> Engine:
    """The engine of a URL; as in SQLAlchemy's URLs a path after `sqlite:///` is relative unless it begins with `/`."""
    file = sqlite_file(url)
    if file is not None:
        return SQLite(file)
    scheme = urlsplit(url).scheme
    if scheme in {"postgresql", "postgres"}:
        from licet.store.sql import postgres  # noqa: PLC0415 - its driver delays a start, and SQLite needs none of it

        return await postgres.connect(url, random.random, listen=listen)
    raise BadSettings(f"database: {scheme}:// is neither sqlite:/// nor postgresql://")


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database, from its URL or as a plain path; None for a URL of another kind."""
    if "://" in url and urlsplit(url).scheme != "sqlite":
        return None
    return Path(url.removeprefix("sqlite:///"))
