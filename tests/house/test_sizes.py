"""Files, functions and arguments stay small; a limit is passed by splitting, never by raising it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.house.tree import LICET, Function, plant, sources

FILE, FILE_MEDIAN = 300, 90
FUNCTION, FUNCTION_MEDIAN = 40, 7
ARGUMENTS, POSITIONAL = 6, 4  # by name from the third on is the habit; a fifth without a name is refused
NESTING = 3
COMMENTED, COMMENTED_PROTOCOL = 0.06, 0.15  # the protocol's order needs more words
BLOCKS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.With | ast.AsyncWith | ast.Match


def long_files(root: Path) -> Iterator[str]:
    for source in sources(root):
        if (lines := len(source.code_lines)) > FILE:
            yield f"{source.path}: {lines} code lines"


def long_functions(root: Path) -> Iterator[str]:
    for source in sources(root):
        for function in source.functions:
            if (lines := source.length(function)) > FUNCTION:
                yield f"{source.path}:{function.lineno} {function.name}: {lines} code lines"


def typical_file(root: Path) -> Iterator[str]:
    if (lines := median(len(source.code_lines) for source in sources(root) if source.code_lines)) > FILE_MEDIAN:
        yield f"the median file has {lines} code lines"


def typical_function(root: Path) -> Iterator[str]:
    lengths = [source.length(function) for source in sources(root) for function in source.functions]
    if lengths and (lines := median(lengths)) > FUNCTION_MEDIAN:
        yield f"the median function has {lines} code lines"


def many_arguments(root: Path) -> Iterator[str]:
    for source in sources(root):
        for function in source.functions:
            if (count := sum(arguments(function))) > ARGUMENTS:
                yield f"{source.path}:{function.lineno} {function.name}: {count} arguments"


def many_positional_arguments(root: Path) -> Iterator[str]:
    for source in sources(root):
        for function in source.functions:
            if (positional := arguments(function)[0]) > POSITIONAL:
                yield f"{source.path}:{function.lineno} {function.name}: {positional} arguments without a name"


def deep_nesting(root: Path) -> Iterator[str]:
    for source in sources(root):
        for function in source.functions:
            if (levels := depth(function.body)) > NESTING:
                yield f"{source.path}:{function.lineno} {function.name}: blocks {levels} deep"


def talkative_rooms(root: Path) -> Iterator[str]:
    counts: dict[str, tuple[int, int]] = {}
    for source in sources(root):
        comments, code = counts.get(source.path.parts[0], (0, 0))
        counts[source.path.parts[0]] = comments + len(source.comments), code + len(source.code_lines)
    for room, (comments, code) in counts.items():
        if code > FILE_MEDIAN and comments > code * (COMMENTED_PROTOCOL if room == "oauth" else COMMENTED):
            yield f"{room}: {comments} comments in {code} code lines"


def arguments(function: Function) -> tuple[int, int]:
    """How many arguments may be given by place, and how many only by name; self and cls are not counted."""
    by_place = [*function.args.posonlyargs, *function.args.args]
    own = bool(by_place) and by_place[0].arg in {"self", "cls"}
    return len(by_place) - own, len(function.args.kwonlyargs)


def depth(body: list[ast.stmt]) -> int:
    """How deep blocks stand in each other; an `elif` is no deeper than its `if`, an inner function starts anew."""
    return max((_depth(node) for node in body), default=0)


def _depth(node: ast.stmt) -> int:
    if isinstance(node, ast.Match):
        return 1 + max(depth(case.body) for case in node.cases)
    if not isinstance(node, BLOCKS):
        return 0
    inner = depth(node.body)
    for handler in getattr(node, "handlers", []):
        inner = max(inner, depth(handler.body))
    beside = [*getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
    chained = isinstance(node, ast.If) and len(beside) == 1 and isinstance(beside[0], ast.If)
    return max(1 + inner, depth(beside) + (not chained and bool(beside)))


RULES = {
    long_files: "x = 1\n" * 301,
    long_functions: "def f():\n" + "    x()\n" * 40,
    typical_file: "x = 1\n" * 91,
    typical_function: "def f():\n" + "    x()\n" * 7,
    many_arguments: "def f(a, b, *, c, d, e, f, g): ...\n",
    many_positional_arguments: "class C:\n    def f(self, a, b, c, d, e): ...\n",
    deep_nesting: "def f():\n  if a:\n    for b in a:\n      while b:\n        with c:\n          d()\n",
    talkative_rooms: "x = 1  # one\n" * 6 + "x = 2\n" * 85,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_to_the_size(rule: Callable[[Path], Iterator[str]]):
    assert list(rule(LICET)) == []


@pytest.mark.parametrize(("rule", "breach"), RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_breach_is_found(rule: Callable[[Path], Iterator[str]], breach: str, tmp_path: Path):
    assert list(rule(plant(tmp_path, "planted.py", breach)))


def test_what_stands_at_the_limit_is_no_breach(tmp_path: Path):
    plant(tmp_path, "long.py", '"""Words."""\n\n# why\n' + "x = 1\n" * 90)
    plant(tmp_path, "wide.py", "class C:\n    def f(self, a, b, c, d, *, e, f): ...\n")
    plant(
        tmp_path,
        "chain.py",
        "def f():\n    if a:\n        b()\n    elif c:\n        if d:\n            if e:\n                g()\n",
    )
    assert [breach for rule in RULES for breach in rule(tmp_path)] == []
