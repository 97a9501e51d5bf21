"""What only one room may say: a dialect its name, the surfaces an HTTP status, the settings the environment."""

import ast
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.house.tree import LICET, Source, plant, sources

DIALECTS = {"teable": r"teable", "timbrix": r"timbrix", "rocketchat": r"rocket[._ -]?chat"}
TEXTS = {".py", ".sql", ".html", ".css", ".js", ".json", ".toml"}
# The one file where parts meet, and exchanges with an instance that has every dialect on.
SAYS_ALL_NAMES = {"bootstrap.py", "examples.json"}
# In these rooms, files and folders an answer gets its status; everywhere else there are only meanings.
STATUS_ROOMS = {"web", "login", "console"}
STATUS_FILES = {"render.py", "pages.py"}
# These are figures as well as statuses: they count where a name beside them says what is meant.
ROUND = {100, 200, 300, 400, 500}
STATUSES = {int(status) for status in HTTPStatus}
SPEAKS_OF_STATUS = re.compile(r"status|http_?code|^reply$|^redirect$", re.IGNORECASE)


def foreign_dialect_names(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*")):
        if path.suffix not in TEXTS or not path.is_file() or path.name in SAYS_ALL_NAMES:
            continue
        text, place = path.read_text(encoding="utf-8"), path.relative_to(root)
        for dialect, spelling in DIALECTS.items():
            if place.parts[:2] != ("dialects", dialect):
                found = re.finditer(spelling, f"{place}\n{text}", re.IGNORECASE)
                yield from (f"{place}: {match.group()}" for match in found)


def statuses_without_a_surface(root: Path) -> Iterator[str]:
    for source in sources(root):
        if source.path.parts[0] not in STATUS_ROOMS and source.path.name not in STATUS_FILES:
            yield from (f"{source.path}:{line} {what}" for line, what in statuses(source))


def environment_readers(root: Path) -> Iterator[str]:
    for source in sources(root):
        if source.path != Path("settings.py"):
            yield from (f"{source.path}:{line} {name}" for line, name in environment(source.tree))


def statuses(source: Source) -> Iterator[tuple[int, str]]:
    """Where a file speaks of HTTP statuses: their numbers, as figures or text, and the library's names for them."""
    for node in ast.walk(source.tree):
        match node:
            case ast.ImportFrom(module="http") | ast.Import(names=[ast.alias(name="http")]):
                yield node.lineno, "import http"
            case ast.Constant(value=int(number)) if number in STATUSES - ROUND and not source.in_octal(node):
                yield node.lineno, str(number)
            case ast.Constant(value=str(text)) if re.fullmatch(r"[1-5]\d\d", text) and int(text) in STATUSES:
                yield node.lineno, repr(text)
            case ast.keyword() | ast.Assign() | ast.AnnAssign() | ast.Compare() | ast.Call() | ast.arguments():
                yield from round_statuses(node)


def round_statuses(node: ast.AST) -> Iterator[tuple[int, str]]:
    """200, 400 and their like, directly beside a name that speaks of statuses."""
    parts = list(ast.iter_child_nodes(node))
    said = [
        getattr(node, "arg", None),
        *(getattr(part, "id", getattr(part, "attr", getattr(part, "arg", None))) for part in parts),
    ]
    if any(name and SPEAKS_OF_STATUS.search(name) for name in said):
        for part in parts:
            if isinstance(part, ast.Constant) and part.value in ROUND:
                yield part.lineno, str(part.value)


def environment(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "getenvb" as name):
                yield node.lineno, f"os.{name}"
            case ast.ImportFrom(module="os", names=taken) if {alias.name for alias in taken} & {"environ", "getenv"}:
                yield node.lineno, "from os import"


RULES = {
    foreign_dialect_names: ("x = 1  # as Teable does\n", "ROCKET_CHAT = 1\n", 'x = "rocket.chat"\n'),
    statuses_without_a_surface: (
        "from http import HTTPStatus\n",
        "x = Reply(404)\n",
        "x = answer(status=200)\n",
        "if reply.status == 500: ...\n",
        "def f(*, status=200): ...\n",
        'x = {"201": "Created"}\n',
        "x = Reply(200)\n",
        "status: int = 400\n",
    ),
    environment_readers: (
        'import os\nx = os.environ["A"]\n',
        'import os\nx = os.getenv("A")\n',
        "from os import environ\n",
    ),
}
BREACHES = [(rule, text) for rule, texts in RULES.items() for text in texts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_to_the_borders(rule: Callable[[Path], Iterator[str]]):
    assert list(rule(LICET)) == []


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_a_planted_breach_is_found(rule: Callable[[Path], Iterator[str]], breach: str, tmp_path: Path):
    assert list(rule(plant(tmp_path, "services/planted.py", breach)))


def test_a_dialect_may_not_name_another(tmp_path: Path):
    assert list(foreign_dialect_names(plant(tmp_path, "dialects/timbrix/fields.py", "# unlike Teable\n")))


def test_a_folder_that_is_called_like_a_dialect_elsewhere_is_found(tmp_path: Path):
    assert list(foreign_dialect_names(plant(tmp_path, "services/teable.py", "")))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dialects/teable/fields.py", "TEABLE = 1\n"),
        ("bootstrap.py", "import teable, timbrix\n"),
        ("web/reply.py", "x = Reply(404)\n"),
        ("dialects/teable/render.py", "x = {Refused: 403}\n"),
        ("settings.py", 'import os\nx = os.environ["A"]\n'),
        ("services/listing.py", "PAGE, MODE = 100, 0o777\nx = text[:500]\nif count == 200: ...\n"),
    ],
)
def test_what_stands_in_its_own_room_is_no_breach(path: str, text: str, tmp_path: Path):
    plant(tmp_path, path, text)
    assert [breach for rule in RULES for breach in rule(tmp_path)] == []
