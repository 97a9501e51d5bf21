"""What a worker does beside answering: each chore again and again, until it is cancelled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from licet.errors import StoreUnavailable

PAUSE = 0.2
"""Seconds before a chore that failed is tried again, at the least."""

log = logging.getLogger(__name__)


async def again(doing: str, chore: Callable[[], Awaitable[object]], seconds: float = 0) -> None:
    """Do a chore every so many seconds; 0 for one that waits by itself.

    A failure is logged and does not end it. That the database is away is said once, not at every try.
    """
    away = False
    while True:
        try:
            await chore()
        except StoreUnavailable as error:
            if not away:
                log.warning("while %s, which waits for the database: %s", doing, error)
            away = True
            await asyncio.sleep(PAUSE)
        except Exception:
            log.exception("while %s", doing)
            await asyncio.sleep(PAUSE)
        else:
            away = False
        await asyncio.sleep(seconds)
