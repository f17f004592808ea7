"""What commands say while they run: `once` a line a check as it is done, and on a terminal all a bar below."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from monitor.cli.output import Format, console, errors, print_fields, print_line
from monitor.cli.shapes import checked_shape
from monitor.cli.style import announced_text, result_text, short_key
from monitor.pipeline.once import Progress
from monitor.pipeline.weigh import Checked

_HEAD = ("id", "outcome", "announced", "key", "title", "why")


class Advance(Protocol):
    """Told that some more steps are done."""

    def __call__(self, steps: int = 1) -> None:
        """So many more are done."""


class Reporter(Progress):
    """Prints each check in the form asked for; the JSON document as a whole is printed at the end by the command."""

    def __init__(self, format_: Format, out: Console, bar: Bar | None) -> None:
        self._format = format_
        self._out = out
        self._bar = bar
        self._task = bar.add_task("checking", total=0) if bar else None
        self._total = 0
        self._days = 0
        self._day_task: TaskID | None = None
        if format_ is Format.TABLE and not out.is_terminal:
            print_fields(_HEAD)

    def found(self, count: int) -> None:
        """So many more checks are to be made."""
        self._total += count
        if self._bar and self._task is not None:
            self._bar.update(self._task, total=self._total)

    def days(self, count: int) -> None:
        """So many more days of an archive are to be read."""
        self._days += count
        if self._bar:
            if self._day_task is None:
                self._day_task = self._bar.add_task("days of the archive", total=0)
            self._bar.update(self._day_task, total=self._days)

    def read_day(self) -> None:
        """A day of an archive is behind us, read now or before."""
        if self._bar and self._day_task is not None:
            self._bar.advance(self._day_task)

    def checked(self, checked: Checked) -> None:
        """Print one check."""
        if self._format is Format.JSONL:
            print_line(checked_shape(checked))
        elif self._format is Format.TABLE:
            self._row(checked)
        if self._bar and self._task is not None:
            self._bar.advance(self._task)

    def _row(self, checked: Checked) -> None:
        ref, result, verdict = checked.ref, checked.result, announced_text(checked.decision)
        title = checked.shown.title if checked.shown else ""
        if not self._out.is_terminal:
            print_fields((str(ref.id), result, verdict.plain, ref.name, title, checked.why))
            return
        line = Text.assemble(f"{ref.id:>6}  ", result_text(result), " ", verdict)
        line.append(f"  {title or short_key(ref.name)}")
        line.append(f"\n        {short_key(ref.name)}: {checked.why}", "dim")
        self._out.print(line)


@contextmanager
def reporter(format_: Format) -> Iterator[Reporter]:
    """Return who is told of a run's checks; below them runs a bar, where there is a terminal."""
    out = console()
    # lines and bar must go through one console, or the one writes over the other
    below = out if out.is_terminal else errors()
    if not below.is_terminal:
        yield Reporter(format_, out, None)
        return
    with _bar(below) as bar:
        yield Reporter(format_, out, bar)


@contextmanager
def counter(what: str, total: int | None, out: Console | None = None) -> Iterator[Advance]:
    """Return what to call after each step of so many, or after some at once; a terminal shows a bar.

    `out` is where lines are printed meanwhile, if any are: on a terminal the bar has to be below them.
    """
    below = out if out is not None and out.is_terminal else errors()
    if not below.is_terminal:
        yield lambda steps=1: None  # noqa: ARG005 - nobody looks
        return
    with _bar(below) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps=1: bar.advance(task, steps)


def _bar(below: Console) -> Bar:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bar(*columns, console=below, transient=True)
