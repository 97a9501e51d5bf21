"""Writes the tables of the documentation from the code and the tests: `python -m tests.docs` (`--check` only looks).

A table stands between `<!-- <kind>:<what> -->` and `<!-- /<kind> -->`; kinds are `fields`, `settings`, `attacks`,
`conformance`, and `calls`: what a demo instance prints, of a clock that stands and of counted random bytes.
"""

import ast
import asyncio
import importlib
import itertools
import os
import pkgutil
import re
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import shake_128
from pathlib import Path

from licet import bootstrap
from licet.cli.demo import furnish
from licet.dialects.record import Sample
from licet.dialects.shape import Absent, Field, Shape
from licet.domain.kinds import Nullable
from licet.settings import load, rows

ROOT = Path(__file__).parent.parent
MOMENT = 1_795_000_000_000
TESTS = ROOT / "tests"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
MARKED = re.compile(r"(<!-- (fields|settings|attacks|conformance|calls)(?::(\S+))? -->\n).*?(<!-- /\2 -->)", re.DOTALL)
ABSENT = {Absent.KEEP: "kept", Absent.CLEAR: "cleared", Absent.REFUSE: "refused"}


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    cells = [head, ["---"] * len(head), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in cells)


def fields(what: str) -> str:
    """The fields of a shape, named `<dialect>.<shape>`."""
    dialect, name = what.split(".")
    shape = _shapes(dialect)[name]
    lines = [
        [f"`{field.theirs}`", f"`{field.ours}`" if field.ours else "", _type(field), *_when(field), field.about]
        for field in shape.fields
    ]
    return table(["Field", "Ours", "Type", "Left out", "`null`", "Meaning"], lines)


def _when(field: Field) -> tuple[str, str]:
    if field.read_only:
        return "read only", ""
    return ABSENT[field.absent], "clears" if isinstance(field.kind, Nullable) else "refused"


def _type(field: Field) -> str:
    schema = field.kind.schema()
    schema = schema["anyOf"][0] if isinstance(field.kind, Nullable) else schema
    word = schema.get("type", "value")
    if word == "array":
        word = f"list of {schema['items'].get('type', 'value')}s"
    least, most = (
        _limit(schema, keys) for keys in (("minLength", "minimum", "minItems"), ("maxLength", "maximum", "maxItems"))
    )
    span = (
        f"{least} to {most}" if least and most else f"at most {most}" if most else f"at least {least}" if least else ""
    )
    return word + (f", {span}" if span else "")


def _limit(schema: Mapping[str, object], keys: Sequence[str]) -> object:
    return next((schema[key] for key in keys if key in schema), None)


def _shapes(dialect: str) -> Mapping[str, Shape]:
    package = importlib.import_module(f"licet.dialects.{dialect}")
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Shape)}


def settings(_what: str) -> str:
    """Every setting, the dialects' own after the instance's."""
    lines = [
        [f"`{row.name}`", f"`{row.environment}`", f"`{_plain(row.default)}`", _about(row.about, row.choices)]
        for row in (*rows(), *bootstrap.options())
    ]
    return table(["Setting", "Environment", "Default", "Meaning"], lines)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value) or "none"


def _about(about: str, choices: Sequence[str]) -> str:
    return about + (f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else "")


def attacks(_what: str) -> str:
    """The attacks that have tests, with them."""
    known = tomllib.loads((TESTS / "conformance" / "attacks.toml").read_text("utf-8"))["attack"]
    tests = defaultdict(list)
    for name, arguments in _marks("attack"):
        for number in arguments:
            tests[number].append(name)
    lines = [
        [str(row["number"]), row["input"], row["outcome"], "<br>".join(sorted(set(tests[row["number"]])))]
        for row in known
        if row["number"] in tests
    ]
    return f"{len(lines)} of {len(known)} attacks have tests.\n\n" + table(["#", "Sent", "Outcome", "Tests"], lines)


def conformance(_what: str) -> str:
    """Sections of RFCs that have tests, with them."""
    tests = defaultdict(set)
    for name, (number, section) in _marks("rfc"):
        tests[number, section].add(name)
    order = sorted(tests, key=lambda key: (_document(key[0]), [int(part) for part in re.findall(r"\d+", key[1])]))
    lines = [[_document(number)[1], section, "<br>".join(sorted(tests[number, section]))] for number, section in order]
    return table(["Document", "Section", "Tests"], lines)


def _document(number: object) -> tuple[int, str]:
    """Where a document stands in the table and what it is called: RFCs by number, then specifications by name."""
    return (number, f"RFC {number}") if isinstance(number, int) else (sys.maxsize, str(number))


def _marks(name: str) -> Iterator[tuple[str, list[object]]]:
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        everywhere = [mark for node in tree.body if isinstance(node, ast.Assign) for mark in _calls(node.value, name)]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for mark in (*everywhere, *(call for made in node.decorator_list for call in _calls(made, name))):
                    yield (
                        node.name.removeprefix("test_").replace("_", " "),
                        [ast.literal_eval(arg) for arg in mark.args],
                    )


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == name:
            yield call


def calls(_what: str) -> str:
    """The calls that a demo instance prints when it starts."""
    with tempfile.TemporaryDirectory() as folder:
        samples = asyncio.run(_samples(folder))
    return "".join(f"**{sample.title}**\n\n```sh\n{sample.command}\n```\n\n" for sample in samples)


async def _samples(folder: str) -> Sequence[Sample]:
    counted = itertools.count()

    def entropy(size: int) -> bytes:
        return shake_128(str(next(counted)).encode()).digest(size)

    given = {"demo": True, "data": folder}
    chosen = load({}, file=Path(os.devnull), given=given, options=bootstrap.options())
    instance = await bootstrap.start(chosen, clock=lambda: MOMENT, entropy=entropy)
    try:
        return await furnish(instance)
    finally:
        await instance.close()


KINDS: Mapping[str, Callable[[str], str]] = {
    "fields": fields,
    "settings": settings,
    "attacks": attacks,
    "conformance": conformance,
    "calls": calls,
}


def written(page: str) -> str:
    """A page with its tables as they should be."""
    return MARKED.sub(lambda found: f"{found[1]}{KINDS[found[2]](found[3] or '')}{found[4]}", page)


def main(arguments: list[str]) -> int:
    """Write every page that is behind; with `--check` only name them and fail."""
    behind = [page for page in PAGES if page.exists() and written(page.read_text("utf-8")) != page.read_text("utf-8")]
    for page in behind:
        print(f"{page.relative_to(ROOT)} is behind the code", flush=True)
        if "--check" not in arguments:
            page.write_text(written(page.read_text("utf-8")), "utf-8")
    return int(bool(behind) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
