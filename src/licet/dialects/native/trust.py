"""The operator's rows of trust: what may be exchanged (RFC 8693), and whose assertions count here (RFC 7523)."""

from dataclasses import replace

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import collected, joined, shown, shown_time
from licet.dialects.native.kinds import ScopeList
from licet.dialects.native.reading import body, query
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.key_set import KeySet
from licet.domain.kinds import Choice, Kind, Nullable, Text, Texts, Uri
from licet.domain.scope import split
from licet.domain.trust import ASSERTIONS, ISSUED, MAPPINGS, ExchangePolicy, TrustedIssuer
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

POLICIES = "/api/manage/exchange-policies"
POLICY_PATH = f"{POLICIES}/{{name}}"
ISSUERS = "/api/manage/trusted-issuers"
_NAMES = Texts(Text(1, 400), maximum=100, unique=True)
_WHO = "A `client_id`, `surface:<name>` for all that were registered through one, or `*`."


def _list(name: str, about: str, kind: Kind = _NAMES) -> Field:
    return Field(
        theirs=name,
        ours=name,
        kind=kind,
        absent=Absent.REFUSE,
        show=lambda row: list(getattr(row, name)),
        take=lambda value, _: tuple(value),
        about=about,
    )


def _either(name: str, kind: Kind, about: str) -> Field:
    return Field(theirs=name, ours=name, kind=Nullable(kind), absent=Absent.CLEAR, about=about)


_SCOPE = Field(
    theirs="scope",
    ours="scope",
    kind=Nullable(ScopeList()),
    absent=Absent.CLEAR,
    show=lambda row: joined(row.scope),
    take=lambda value, _: None if value is None else split(value),
    about="The most that is given; null for no bound beyond what the token and the application have.",
)
POLICY = Shape(
    name="ExchangePolicy",
    fields=(
        shown("name", Text()),
        _list("clients", f"Who may exchange. {_WHO}"),
        _list("subjects", f"Whose tokens may be brought: those issued to these applications. {_WHO}"),
        _list("audiences", "What it may be for: resources, issuers, or `same` for those of the brought one."),
        _list("token_types", "What may be given.", Texts(Choice(ISSUED), minimum=1, unique=True)),
        _SCOPE,
        Field(
            theirs="known_as",
            ours="known_as",
            kind=Nullable(Text(1, 200)),
            absent=Absent.CLEAR,
            about="What the application is called where an assertion goes; null for its `client_id` here.",
        ),
        shown_time("created_at"),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
_ISSUER = Field(theirs="issuer", ours="issuer", kind=Text(1, 2_048), absent=Absent.REFUSE, about="Its `iss`.")
ISSUER = Shape(
    name="TrustedIssuer",
    fields=(
        _ISSUER,
        _either("jwks", KeySet(), "Its public keys; or `jwks_uri`."),
        _either("jwks_uri", Uri(("https",), 2_048), "Where they are."),
        Field(
            theirs="subject",
            ours="subject",
            kind=Choice(MAPPINGS),
            absent=Absent.CLEAR,
            take=lambda value, _: value or "sub",
            about="How it names people: our own `sub`, a `username` as its `sub`, or a verified `email`.",
        ),
        _list("clients", f"Which applications may bring its assertions. {_WHO}"),
        _SCOPE,
        Field(
            theirs="assertions",
            ours="assertions",
            kind=Texts(Choice(ASSERTIONS), minimum=1, unique=True),
            absent=Absent.CLEAR,
            show=lambda row: list(row.assertions),
            take=lambda value, _: tuple(value or ("id-jag",)),
            about="What it may send: `id-jag` (the default), each for one application, or also plain `jwt`.",
        ),
        shown_time("created_at"),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
ONE_ISSUER = Shape(name="OneIssuer", fields=(_ISSUER,), unknown=Unknown.REFUSE)


class Trust:
    """For instance administrators."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._trust = setup.services.trust
        self._clock = setup.services.ambient.clock
        self._authentication = authentication

    async def policies(self, request: Request) -> Reply:
        """Every exchange policy."""
        rows = await self._trust.policies(await self._authentication.actor(request))
        return render.ok({"items": [POLICY.encode(row) for row in rows]})

    async def put_policy(self, request: Request) -> Reply:
        """An exchange policy, as the body says."""
        actor = await self._authentication.actor(request)
        blank = ExchangePolicy(
            name=request.params["name"], clients=(), subjects=(), audiences=(), created_at=self._clock()
        )
        present = next((row for row in await self._trust.policies(actor) if row.name == blank.name), blank)
        policy = replace(present, **POLICY.decode(body(request), present))
        new = await self._trust.put_policy(actor, policy)
        return render.put(POLICY.encode(policy), new=new)

    async def remove_policy(self, request: Request) -> Reply:
        """The exchange policy of that name."""
        await self._trust.remove_policy(await self._authentication.actor(request), request.params["name"])
        return render.done()

    async def issuers(self, request: Request) -> Reply:
        """Every trusted issuer."""
        rows = await self._trust.issuers(await self._authentication.actor(request))
        return render.ok({"items": [ISSUER.encode(row) for row in rows]})

    async def put_issuer(self, request: Request) -> Reply:
        """A trusted issuer, as the body says."""
        actor = await self._authentication.actor(request)
        blank = TrustedIssuer(issuer="", created_at=self._clock())
        said = body(request)
        named = said.get("issuer") if isinstance(said, dict) else None
        present = next((row for row in await self._trust.issuers(actor) if row.issuer == named), blank)
        issuer = replace(present, **ISSUER.decode(said, present))
        new = await self._trust.put_issuer(actor, issuer)
        return render.put(ISSUER.encode(issuer), new=new)

    async def remove_issuer(self, request: Request) -> Reply:
        """The trusted issuer that the query names."""
        actor = await self._authentication.actor(request)
        await self._trust.remove_issuer(actor, query(request, ONE_ISSUER)["issuer"])
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", POLICIES, self.policies, _listing("exchange policies", POLICY)),
            Route("PUT", POLICY_PATH, self.put_policy, _putting("an exchange policy", POLICY)),
            Route("DELETE", POLICY_PATH, self.remove_policy, _removing("an exchange policy")),
            Route("GET", ISSUERS, self.issuers, _listing("trusted issuers", ISSUER)),
            Route("PUT", ISSUERS, self.put_issuer, _putting("a trusted issuer", ISSUER)),
            Route("DELETE", ISSUERS, self.remove_issuer, _removing("a trusted issuer", ONE_ISSUER)),
        )


def _listing(what: str, shape: Shape) -> Operation:
    return Operation(
        summary=f"List {what}",
        tag="Trust",
        answers={render.OK: collected(shape)},
        security=CREDENTIALS,
        faults=render.ASKING,
    )


def _putting(what: str, shape: Shape) -> Operation:
    return Operation(
        summary=f"Add or change {what}",
        about="Nothing is allowed that no row allows.",
        tag="Trust",
        request=shape,
        answers={render.OK: shape, render.CREATED: shape},
        security=CREDENTIALS,
        faults=render.WRITING,
    )


def _removing(what: str, named: Shape | None = None) -> Operation:
    return Operation(
        summary=f"Remove {what}",
        tag="Trust",
        query=named,
        answers={render.NO_CONTENT: None},
        security=CREDENTIALS,
        faults=render.READING,
    )
