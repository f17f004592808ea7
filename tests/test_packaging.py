"""What travels: the wheel works without the checkout, and the repository names no machine and no package host."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.replays import SEEDS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_migrations_sites_and_configuration_travel_cases_do_not(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert {
        "monitor/alert.schema.json",
        "monitor/config.yaml",
        "monitor/migrations/env.py",
        "monitor/sites/inqilab/__init__.py",
        "monitor/py.typed",
    } <= names
    assert any(re.fullmatch(r"monitor/migrations/versions/0001.*\.py", name) for name in names)
    assert not [name for name in names if "/cases/" in name or name.startswith(("tests", "bench", "seeds"))]


def test_the_wheel_works_with_the_checkout_gone(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}

    def monitor(*arguments: str) -> str:
        command = [sys.executable, "-c", "import monitor.cli; print(monitor.__file__); monitor.cli.main()", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert str(unpacked) in done.stdout
        return done.stdout

    monitor("init")
    assert "published" in monitor("once", "--replay", str(SEEDS))
    assert "up to date" in monitor("db", "current")
    assert "nothing to do" in monitor("db", "upgrade")


def tracked() -> list[Path]:
    """All files of the repository; without git, all text files that it would hold."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        names = listed.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [
            str(path.relative_to(ROOT))
            for pattern in ("*.*", "monitor/**/*.py", "tests/**/*.py")
            for path in ROOT.glob(pattern)
        ]
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_the_lock_file_pins_with_hashes_and_without_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|--index|--find-links", lock)
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert re.match(r"[\w.-]+==\S+", block), block
        assert "--hash=sha256:" in block


def test_no_file_names_a_machine() -> None:
    own = Path(__file__).resolve()
    for path in tracked():
        if path.resolve() != own:
            text = path.read_bytes().decode("utf-8", "replace")
            assert not re.search(r"/(home|root|Users)/\w|pythonhosted|pypi\.org", text), path
