"""A room says at its door what it owns and where its neighbours begin; everything public says what it is."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import LICET, Function, Source, docstring, plant, sources

DOOR = 20  # words: fewer cannot name both what is owned and where the neighbours begin


def silent_doors(root: Path) -> Iterator[str]:
    for folder in sorted({source.path.parent for source in sources(root)} - {Path()}):
        door = root / folder / "__init__.py"
        words = ast.get_docstring(ast.parse(door.read_text(encoding="utf-8"))) if door.exists() else None
        if len((words or "").split()) < DOOR:
            yield f"{folder}: its __init__.py does not say what the room owns"


def undocumented(root: Path) -> Iterator[str]:
    for source in sources(root):
        if docstring(source.tree) is None:
            yield f"{source.path}: the module has no docstring"
        for node in public(source):
            if docstring(node) is None:
                yield f"{source.path}:{node.lineno} {node.name} has no docstring"


def public(source: Source) -> Iterator[Function | ast.ClassDef]:
    """The module's own classes and functions that do not begin with an underscore."""
    for node in source.tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node


RULES = {
    silent_doors: '"""Things."""\n',
    undocumented: '"""A module."""\n\ndef f(): ...\n',
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_says_what_it_is(rule: Callable[[Path], Iterator[str]]):
    assert list(rule(LICET)) == []


@pytest.mark.parametrize(("rule", "breach"), RULES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_breach_is_found(rule: Callable[[Path], Iterator[str]], breach: str, tmp_path: Path):
    assert list(rule(plant(tmp_path, "room/__init__.py", breach)))


def test_a_folder_without_a_door_is_found(tmp_path: Path):
    assert list(silent_doors(plant(tmp_path, "room/thing.py", '"""A thing."""\n')))


def test_a_module_without_a_docstring_is_found(tmp_path: Path):
    assert list(undocumented(plant(tmp_path, "planted.py", "x = 1\n")))
