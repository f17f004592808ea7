"""One fault at a story's address, and what must hold whatever the fault is."""

import asyncio
from typing import Any

import pytest

from tests.faults.press import PATIENT, STORY, Press, feed, xml
from tests.net.server import Reply, reply

SHORT = 0.5
LONGEST = 10.0
"""Seconds of real time that a run with a fault in it may take, on a machine that does other things too."""

TOO_LATE = f"no whole answer within {SHORT:g} s"


def fault(name: str, answer: Reply, outcome: str, why: str = "") -> Any:
    """A line of a table of faults; `why` are words of the reason on record."""
    return pytest.param(answer, outcome, why, id=name)


def to_own(form: str) -> Reply:
    """A redirect to the server's own host and port, in another form."""

    async def answer(head: str, writer: asyncio.StreamWriter) -> None:
        host = next(line for line in head.splitlines() if line.lower().startswith("host:")).split()[1]
        writer.write(reply(b"", 302, location=form.format(host)))

    return answer


def strike(press: Press, answer: Reply, outcome: str, why: str) -> None:
    """Let a story that is on record, and one that is new, be answered with a fault.

    The fault is told, nothing but the true text is ever kept, time is bounded, and the other paper has its news.
    """
    press.once()
    press.bad.pages |= {"/news/1": answer, "/news/2": answer, "/feed": xml(feed("/news/1", "/news/2"))}
    press.once(deadline=SHORT if why == TOO_LATE else PATIENT)
    stories = {path: seen for path, seen in press.observed(press.bad).items() if path.startswith("/news/")}
    assert "/news/1" in stories
    for seen in stories.values():
        told(seen, outcome, why)
    both = [("news/1", STORY), ("news/2", STORY)]
    assert press.versions(press.bad) == (both if outcome == "fetched" else both[:1])
    unharmed(press)


def told(seen: tuple[str, str], outcome: str, why: str) -> None:
    """An outcome is on record as it should be, and its reason has these words."""
    came, reason = seen
    assert (came, reason if why in reason else f"... {why} ...") == (outcome, reason)


def unharmed(press: Press) -> None:
    """The good paper's edit was seen, and soon."""
    assert press.took < LONGEST
    assert press.versions(press.good)[-1] == press.edit
    assert set(press.observed(press.good).values()) == {("fetched", "")}
