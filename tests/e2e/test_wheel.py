"""What a user installs: the built wheel, in an environment of its own, away from the source."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.server import Served, serve

REPOSITORY = Path(__file__).parent.parent.parent
SOURCE = REPOSITORY / "src"


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    (built,) = folder.glob("licet-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the serving lock and the wheel, nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", REPOSITORY / "requirements" / "serve.txt")
    run(*pip, "--no-deps", "--no-index", wheel)
    return folder / "bin"


@pytest.fixture(scope="module")
def running(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data"), "", program=[str(installed / "licet")]) as served:
        yield served


def test_the_wheel_holds_every_file_of_the_package(wheel: Path):
    here = {str(path.relative_to(SOURCE)) for path in (SOURCE / "licet").rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {name for name in here if "__pycache__" not in name}


def test_the_wheel_is_typed(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        assert "licet/py.typed" in archive.namelist()


def test_the_wheel_serves_from_an_empty_environment(running: Served):
    assert httpx.get(f"{running.url}/healthz", trust_env=False).status_code == 200


def test_a_first_start_from_the_wheel_migrates_its_database(running: Served):
    with running.client(trust_env=False) as client:
        refused = client.get("/api/applications")
    assert refused.status_code == 401
    assert (running.folder / "licet.db").stat().st_size > 0


def test_the_wheel_carries_its_pages(running: Served):
    with running.client(trust_env=False) as client:
        style = client.get("/account/style.css")
        refused = client.get("/account/setup/no-such-link")
    assert style.status_code == 200
    assert style.headers["content-type"].startswith("text/css")
    assert refused.text.startswith("<!doctype html>")


def test_a_program_from_the_wheel_ends_cleanly_when_it_is_told_to(installed: Path, tmp_path: Path):
    with serve(tmp_path, "", program=[str(installed / "licet")]) as served:
        pass
    assert served.process.returncode == 0, served.said
