"""The import contracts themselves: each is broken in a copy of the source, and has to notice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import LICET, REPOSITORY, plant

BREACHES = [
    ("rooms", "domain/planted.py", "import licet.services\n"),
    ("rooms", "services/planted.py", "from licet.web import reply\n"),
    ("rooms", "store/planted.py", "import licet.dialects\n"),
    ("rooms", "cellar/__init__.py", ""),
    ("dialects", "dialects/teable/planted.py", "import licet.dialects.timbrix\n"),
    ("dialects", "dialects/shape.py", "import licet.dialects.rfc\n"),
    ("dialects", "dialects/newcomer/__init__.py", ""),
    ("store-is-no-surface", "store/planted.py", "from licet.web import reply\n"),
    ("one-door-to-the-store", "cli/planted.py", "import licet.store\n"),
    ("settings-are-handed-down", "web/planted.py", "import licet.settings\n"),
    ("http-server", "cli/planted.py", "import uvicorn\n"),
    ("http-server", "dialects/shape.py", "from httptools import parser\n"),
    ("database-drivers", "services/planted.py", "import sqlite3\n"),
    ("database-drivers", "bootstrap.py", "import asyncpg\n"),
]


def judged(root: Path, *contracts: str) -> str:
    """What import-linter says of the package `licet` below a folder, under some or all of the project's contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    options = ["--no-logo", "--no-cache", "--config", REPOSITORY / "pyproject.toml"]
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    environment = os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"}
    command = [program, *options, *chosen]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(LICET, tmp_path / "licet", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_source_keeps_every_contract(copied: Path):
    assert " 0 broken" in judged(copied)


@pytest.mark.parametrize(("contract", "path", "breach"), BREACHES)
def test_a_planted_import_breaks_its_contract(contract: str, path: str, breach: str, copied: Path):
    plant(copied / "licet", path, breach)
    assert "0 kept, 1 broken" in judged(copied, contract)
