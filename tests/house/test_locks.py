"""The locks are what gets installed: all that pyproject.toml asks for, by hash, from no named place."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.house.tree import REPOSITORY

FOLDER = REPOSITORY / "requirements"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"]
GROUPS = {name: [row for row in rows if isinstance(row, str)] for name, rows in PROJECT["dependency-groups"].items()}
WANTED = {"serve": [*RUNTIME, *GROUPS["build"]], "dev": [*RUNTIME, *GROUPS["build"], *GROUPS["dev"]]}


def locked(lock: str) -> dict[str, str]:
    """Package to version."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lock, re.MULTILINE))


def unlocked(wanted: list[str], lock: str) -> Iterator[str]:
    versions = locked(lock)
    for text in wanted:
        asked = Requirement(text)
        if not asked.specifier.contains(versions.get(asked.name, "0")):
            yield f"{text}: locked at {versions.get(asked.name)}"


def unhashed(lock: str) -> Iterator[str]:
    for entry in re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE):
        if "==" in entry and "--hash=sha256:" not in entry:
            yield entry.split(" ")[0]


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_holds_what_the_project_asks_for(name: str):
    assert list(unlocked(WANTED[name], (FOLDER / f"{name}.txt").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_lock_knows_every_file_by_its_hash_and_names_no_host(path: Path):
    text = path.read_text(encoding="utf-8")
    assert locked(text)
    assert list(unhashed(text)) == []
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)


def test_both_locks_hold_the_same_versions():
    serve, dev = (locked((FOLDER / f"{name}.txt").read_text(encoding="utf-8")) for name in ("serve", "dev"))
    assert {name: dev.get(name) for name in serve} == serve


@pytest.mark.parametrize(
    "lock", ["", "click==8.0.0 \\\n    --hash=sha256:00\n", "klick==9.0.0 \\\n    --hash=sha256:00\n"]
)
def test_a_package_that_is_missing_or_too_old_is_found(lock: str):
    assert list(unlocked(["click>=8.3"], lock))


def test_a_package_without_a_hash_is_found():
    assert len(list(unhashed("click==8.5.1\nrich==15.0.0 \\\n    --hash=sha256:00\n"))) == 1
