"""The words of the house: names that say something, sentences that sell nothing, and nothing put off until later."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import LICET, REPOSITORY, plant, sources

EMPTY_NAME = re.compile(r"(?:^|_)(?:helpers?|utils?|utilities|common|core|misc)(?:_|$)", re.IGNORECASE)
# People may be managers; a class that manages says nothing about what it does.
EMPTY_CLASS = re.compile(r"(?:Manager|Helper|Util|Utils)$")
# A digest is SHA-256 of a high-entropy token; "hash" is kept for passwords.
WRONG_NAME = re.compile(r"(?:token|secret|code|key)_hash(?:es)?$")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|NotImplementedError)\b")
SILENCED = re.compile(r"#\s*type:\s*ignore|#\s*mypy:\s*ignore|#\s*ruff:\s*noqa|#\s*pragma:\s*no cover")
# The code of the rule, then at least two words of reason.
UNEXPLAINED = re.compile(r"#\s*noqa(?!:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*\s+\S+\s+\S+)")
SELLING = re.compile(
    r"\b(?:obviously|basically|leverag(?:e|es|ing)|utili[sz](?:e|es|ing)|seamless(?:ly)?|blazing|cutting-edge|"
    r"state-of-the-art|world-class|best-in-class|production-ready|battle-tested|effortless(?:ly)?)\b",
    re.IGNORECASE,
)
PROSE = {".md", ".py", ".sql", ".html", ".toml", ".txt", ".css", ".js"}


def empty_names(root: Path) -> Iterator[str]:
    for source in sources(root):
        yield from (f"{source.path}: {part}" for part in source.path.with_suffix("").parts if EMPTY_NAME.search(part))
        for name, line in names(source.tree):
            if any(wrong.search(name) for wrong in (EMPTY_NAME, EMPTY_CLASS, WRONG_NAME)):
                yield f"{source.path}:{line} {name}"


def unfinished_work(root: Path) -> Iterator[str]:
    for source in sources(root):
        yield from (f"{source.path}: {found.group()}" for found in UNFINISHED.finditer(source.text))


def silenced_checks(root: Path) -> Iterator[str]:
    for source in sources(root):
        for line, comment in source.comments.items():
            if SILENCED.search(comment) or UNEXPLAINED.search(comment):
                yield f"{source.path}:{line} {comment}"


def selling_words(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*")):
        if path.suffix in PROSE and path.is_file():
            text = path.read_text(encoding="utf-8")
            yield from (f"{path.relative_to(root)}: {found.group()}" for found in SELLING.finditer(text))


def names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that the file itself gives: classes, functions, arguments, variables and fields."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno


RULES = {
    empty_names: ("class TokenManager: ...\n", "def token_utils(): ...\n", "secret_hash = b''\n"),
    unfinished_work: ("# TODO: later\n", "raise NotImplementedError\n"),
    silenced_checks: ("x = y  # type: ignore[arg-type]\n", "x = 1  # noqa\n", "x = 1  # noqa: E501\n"),
    selling_words: ('"""A seamless server."""\n', "x = 1  # obviously\n"),
}
BREACHES = [(rule, text) for rule, texts in RULES.items() for text in texts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_to_the_words(rule: Callable[[Path], Iterator[str]]):
    assert list(rule(LICET)) == []


def test_the_documents_sell_nothing(tmp_path: Path):
    written = [path for path in (REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md") if path.exists()]
    for path in written:
        plant(tmp_path, path.name, path.read_text(encoding="utf-8"))
    assert list(selling_words(tmp_path)) == []
    assert list(selling_words(REPOSITORY / "docs")) == []


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_a_planted_breach_is_found(rule: Callable[[Path], Iterator[str]], breach: str, tmp_path: Path):
    assert list(rule(plant(tmp_path, "planted.py", breach)))


@pytest.mark.parametrize("path", ["utils.py", "web/helpers.py", "core/__init__.py"])
def test_a_file_with_an_empty_name_is_found(path: str, tmp_path: Path):
    assert list(empty_names(plant(tmp_path, path, "")))


def test_an_exception_with_its_reason_is_no_breach(tmp_path: Path):
    plant(tmp_path, "planted.py", "x = jitter()  # noqa: S311 - spreads retries, protects nothing\n")
    assert list(silenced_checks(tmp_path)) == []
