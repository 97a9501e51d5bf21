"""The schema stage: keys that lack, keys too many and wrong types, in the words of a JSON Schema validator."""

from collections.abc import Callable, Iterator, Mapping

from licet.dialects.rocketchat import render
from licet.dialects.shape import Shape
from licet.errors import Fault, Invalid
from licet.web.reply import Reply

ONE_OF = "must match exactly one schema in oneOf"


def faults_of(shape: Shape) -> Callable[[object], Reply | None]:
    """Tells the first rule that a body or query breaks: required keys, then unknown ones, then types."""

    def judge(sent: object) -> Reply | None:
        try:
            shape.decode(sent)
        except Invalid as invalid:
            broken = [fault for fault in invalid.faults if fault.code in _TEXTS]
            # `min` keeps the order of the table among faults of one rule.
            first = min(broken, key=lambda fault: _ORDER[fault.code], default=None)
            return render.invalid_params([_text(first)]) if first else None
        return None

    return judge


def exactly_one(*keys: str) -> Callable[[object], Reply | None]:
    """One of several keys and nothing else; otherwise what each alternative says, and that none fits."""

    def judge(sent: object) -> Reply | None:
        query = sent if isinstance(sent, dict) else {}
        messages = [message for key in keys for message in _alternative(key, query)]
        return render.invalid_params([*messages, ONE_OF]) if len(messages) == len(keys) else None

    return judge


def _alternative(key: str, query: Mapping[str, object]) -> Iterator[str]:
    if key not in query:
        yield _TEXTS["absent"](Fault((key,), "absent"))
    elif len(query) > 1:
        yield _TEXTS["unknown"](Fault((key,), "unknown"))
    elif not isinstance(query[key], str):
        yield _TEXTS["type"](Fault((key,), "type", "string"))


def _text(fault: Fault) -> str:
    return _TEXTS[fault.code](fault)


_TEXTS: Mapping[str, Callable[[Fault], str]] = {
    "absent": lambda fault: f"must have required property '{fault.path[-1]}'",
    "unknown": lambda _: "must NOT have additional properties",
    "null": lambda fault: f"must be {fault.expected}",
    "type": lambda fault: f"must be {fault.expected}",
}
_ORDER = {code: position for position, code in enumerate(_TEXTS)}
