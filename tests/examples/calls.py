"""All of the calls, on one running instance."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.e2e.server import Served
from tests.examples import native, rfc, rocketchat, teable, timbrix
from tests.examples.recorder import Recorder

CALLS: Mapping[str, Callable[[Recorder], None]] = {
    "native": native.record,
    "rfc": rfc.record,
    "teable": teable.record,
    "timbrix": timbrix.record,
    "rocketchat": rocketchat.record,
}

ENVIRONMENT: Mapping[str, str] = {
    "LICET_LIMITS": "off",
    "LICET_ROCKETCHAT_CREATE_TOKEN_SECRET": rocketchat.CREATE_TOKEN_SECRET,
}
"""What the instance is started with."""


def recorded(served: Served) -> Mapping[str, list[dict[str, Any]]]:
    """What each surface answered, in the order of the calls."""
    kept = {}
    for name, record in CALLS.items():
        with served.client() as http:
            recorder = Recorder(http)
            record(recorder)
        kept[name] = recorder.kept()
    return kept
