"""The documentation is true: every command in it runs or at least parses, every make target and file it names is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from monitor.cli.app import app
from monitor.core.errors import Exit
from tests.commands import Run
from tests.replays import SEEDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# These ask the live web or a server: they are parsed, not run.
LIVE = re.compile(
    r"monitor (once --site inqilab|once$|once --due|once --format jsonl|run|worker|check |watch |fetch |record |db copy )"
)


def commands() -> Iterator[str]:
    """All `monitor …` lines in code blocks of the README, and in the help of the commands."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL):
        yield from (line.partition("  #")[0].strip() for line in block.splitlines() if line.startswith("monitor"))


def examples() -> Iterator[str]:
    """All `$ monitor …` lines in the help of the commands."""
    for path in (ROOT / "monitor" / "cli").glob("*.py"):
        for found in re.findall(r"\$ (monitor [^\n\[|]*)", path.read_text(encoding="utf-8")):
            yield found.strip()


def parse(command: str) -> None:
    """Parse a command with all its options, without running it."""
    group = typer.main.get_command(app)
    arguments = shlex.split(command)[1:]
    while arguments and hasattr(group, "commands"):
        group = group.commands[arguments.pop(0)]
    group.make_context("monitor", arguments)


@pytest.mark.parametrize("command", sorted({*commands(), *examples()}))
def test_command_parses(command: str) -> None:
    parse(command)


def test_the_commands_of_the_readme_run_in_their_order(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(SEEDS)
    assert run("once", "--replay", SEEDS / "edited").code == Exit.OK  # so that `diff 1` has two versions to compare
    for command in commands():
        if not LIVE.match(command):
            done = run(*shlex.split(command)[1:])
            assert done.code == Exit.OK, (command, done.err)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^ +make ([a-z]+)", text, re.MULTILINE)) <= targets
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in link or (document.parent / link).exists(), link


def test_the_settings_that_the_readme_names_exist() -> None:
    readme, config = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "config.yaml"))
    settings = set(re.findall(r"^#? *([a-z_]+):", config, re.MULTILINE))
    named = set(re.findall(r"`([a-z_]+)(?::[^`]*)?` (?:in the configuration|moves)", readme))
    assert named
    assert named <= settings
