"""Examples: exchanges that really happened, kept in a dialect's folder as `examples.json`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import orjson

from licet.dialects.reference.render import succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call and its answer; a body that is no JSON is a text, and None stands for none."""

    operation: str
    title: str
    target: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    media_type: str | None
    body: Any
    status: int
    answer_type: str | None
    answer: Any

    @property
    def succeeded(self) -> bool:
        """Whether the call was made, and not refused."""
        return succeeded(self.status)


def kept_in(package: str) -> Mapping[str, Sequence[Example]]:
    """A dialect's examples by operation, such as `GET /api/things/{id}`."""
    if not package:
        return {}
    return _grouped(Example(**row) for row in orjson.loads(files(package).joinpath("examples.json").read_bytes()))


def _grouped(examples: Iterable[Example]) -> Mapping[str, Sequence[Example]]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.operation, []).append(example)
    return groups
