"""What a user installs: the built wheel, in an environment of its own, far from the source."""

import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parent.parent.parent
SOURCE = REPOSITORY / "src"
PATIENCE = 60  # seconds until a start counts as failed; nothing else depends on it


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


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of `licet serve` from the wheel, started in an empty folder that is nowhere near the source."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    command = [installed / "licet", "serve", "--demo", "--port", str(port), "--data", "data"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield answering(f"http://127.0.0.1:{port}", process, Path(log.name))
    finally:
        process.terminate()
        code = process.wait(timeout=PATIENCE)
        log.close()
    assert code == 0, Path(log.name).read_text(encoding="utf-8")


def answering(address: str, process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait until somebody listens at the address."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{address}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    pytest.fail(f"licet serve did not answer:\n{log.read_text(encoding='utf-8')}")


def test_the_wheel_holds_every_file_of_the_package(wheel: Path):
    here = {str(path.relative_to(SOURCE)) for path in (SOURCE / "licet").rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert {name for name in here if "__pycache__" not in name} == {
        name for name in packed if ".dist-info/" not in name
    }


def test_the_wheel_serves_from_an_empty_environment(served: str):
    answer = httpx.get(f"{served}/healthz", trust_env=False)
    assert answer.status_code == 200


def test_a_first_start_from_the_wheel_migrates_its_database(served: str, tmp_path: Path):
    # Readiness asks the database for the schema's version.
    assert httpx.get(f"{served}/readyz", trust_env=False).status_code == 200
    assert (tmp_path / "data" / "licet.db").stat().st_size > 0


def test_the_wheel_carries_its_pages(served: str):
    page = httpx.get(f"{served}/openapi/native", trust_env=False)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
