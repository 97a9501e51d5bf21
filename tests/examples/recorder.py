"""Makes calls and keeps them as examples."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

ORIGIN = "http://127.0.0.1:8000"
"""What stands in the examples for the address of the instance that made them."""
SECRET_KEYS = frozenset(
    {"token", "authToken", "secret", "client_secret", "clientSecret", "registration_access_token"}
    | {"setup_link", "invitation", "access_token", "refresh_token", "id_token", "device_code"}
    | {"key", "loginToken", "request_uri"}
)
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-auth-token", "x-api-key"})
LONGEST_WORD = 30
"""A `code` with more characters is no word for an error but opens something."""
PREFIX = re.compile(r"(?:licet_[a-z]+_|cs_|sk_|whsec_|teable_acc|urn:ietf:params:oauth:request_uri:)?")
MASKED = 10
"""So many last characters of a secret stay readable where one is masked."""


@dataclass
class Recorder:
    """Calls an instance; `http` speaks to it, `examples` is what was said so far."""

    http: httpx.Client
    examples: list[dict[str, Any]] = field(default_factory=list)
    _secrets: dict[str, None] = field(default_factory=dict)

    def __call__(
        self,
        operation: str,
        title: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
        form: Mapping[str, Any] | None = None,
        media_type: str = "application/json",
        **parameters: str,
    ) -> Any:
        """Make one call of an operation, such as `GET /things/{id}`, and answer what came back, decoded."""
        method, _, pattern = operation.partition(" ")
        path = pattern.format(**{name: quote(value, safe="") for name, value in parameters.items()})
        target = f"{path}?{urlencode(query)}" if query else path
        sent = {**(headers or {})}
        content = None
        if form is not None:
            media_type, content = "application/x-www-form-urlencoded", urlencode(form, doseq=True)
        elif body is not None:
            content = json.dumps(body)
        if content is not None:
            sent["Content-Type"] = media_type
        answer = self.http.request(method, target, headers=sent, content=content)
        answer_type = answer.headers.get("content-type", "").partition(";")[0] or None
        decoded = _decoded(answer) if answer.content else None
        self._learn(sent, (body, form, decoded), answer)
        self.examples.append(
            {
                "operation": operation,
                "title": title,
                "target": target,
                "parameters": parameters,
                "headers": sent,
                "media_type": None if content is None else media_type,
                "body": body if form is None else dict(form),
                "status": answer.status_code,
                "answer_type": answer_type,
                "answer": decoded,
            }
        )
        return decoded

    def kept(self) -> list[dict[str, Any]]:
        """The examples with made-up secrets, as if from the usual address."""
        text = json.dumps(self.examples)
        for number, secret in enumerate(self._secrets):
            made_up = like(secret, number)
            text = text.replace(secret, made_up).replace("*" + secret[-MASKED:], "*" + made_up[-MASKED:])
        kept: list[dict[str, Any]] = json.loads(text.replace(str(self.http.base_url).rstrip("/"), ORIGIN))
        return kept

    def _learn(self, sent: Mapping[str, str], bodies: tuple[object, ...], answer: httpx.Response) -> None:
        said = [value.rpartition(" ")[2] for name, value in sent.items() if name.lower() in SECRET_HEADERS]
        said += [cookie.partition("=")[2].partition(";")[0] for cookie in answer.headers.get_list("set-cookie")]
        for value in (*said, *_secrets(bodies)):
            secret = value.rpartition("/")[2] if "://" in value else value.rpartition("auth_session=")[2]
            if len(secret) > MASKED and "*" not in secret:
                self._secrets.setdefault(secret)


def _decoded(answer: httpx.Response) -> Any:
    return answer.text if answer.headers["content-type"].startswith("text/") else answer.json()


def like(secret: str, number: int) -> str:
    """A made-up secret of the same shape: its prefix, its length, its dots and its padding."""
    prefix = PREFIX.match(secret)[0]
    padding = secret[len(secret.rstrip("=")) :]
    length = len(secret) - len(prefix) - len(padding)
    made_up = prefix + ("EXAMPLE" * length)[: length - 2] + f"{number:02d}" + padding
    return "".join("." if real == "." else made for real, made in zip(secret, made_up, strict=True))


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and (key in SECRET_KEYS or (key == "code" and len(inner) > LONGEST_WORD)):
                yield inner
            yield from _secrets(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets(inner)
