"""What a robots.txt says to this program (RFC 9309, section 2.2): made small and safe first, then read by protego."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from protego import Protego

PARSED: Final = 500 * 1024
"""Bytes of a robots.txt that are read: what section 2.5 asks for at least."""

_LONGEST_DELAY: Final = 60.0
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_AGENT: Final = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s|$)\s*(?P<token>[a-z_-]+|\*)?", re.IGNORECASE)
_SOMEBODY_ELSE: Final = "-"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one robots.txt for one product token."""

    parsed: Protego
    agent: str

    @property
    def delay(self) -> float:
        """Crawl-delay in seconds, 0 where there is none; at most a minute is honoured, as it is no part of the RFC."""
        return min(self.parsed.crawl_delay(self.agent) or 0.0, _LONGEST_DELAY)

    def allow(self, url: str) -> bool:
        """Whether a URL may be asked for."""
        return self.parsed.can_fetch(url, self.agent)

    def allow_nothing(self, url: str) -> bool:
        """Whether all of a URL's host is forbidden, as far as its root and a made-up page tell."""
        scheme, _, rest = url.partition("://")
        root = f"{scheme}://{rest.partition('/')[0]}/"
        return not self.allow(root) and not self.allow(f"{root}any-page-of-it")


def rules_of(body: bytes, agent: str) -> Rules:
    """Read a robots.txt, whatever it is, for a product token in lower case. What cannot be read has no rules."""
    return Rules(Protego.parse("\n".join(_for(agent, _lines(body)))), agent)


def _lines(body: bytes) -> list[str]:
    if len(body) >= PARSED:
        # cut in the middle of a line, and half a path forbids more than a whole one
        body = body[:PARSED].rpartition(b"\n")[0]
    charset = "utf-16" if body.startswith(_UTF16) else "utf-8-sig"
    return body.decode(charset, "replace").splitlines()


def _for(agent: str, lines: list[str]) -> Iterator[str]:
    """Give the lines with all other agents made one.

    Product tokens are compared whole here (section 2.2.1): protego takes `mon` for a name of `monitor`, and not
    `monitor/1.0`. And it keeps every rule once for each agent of its group: half a megabyte can thus become gigabytes.
    """
    last = None
    for line in lines:
        found = _AGENT.match(line.partition("#")[0])
        if found:
            token = (found["token"] or "").lower()
            line = f"User-agent: {token if token in (agent, '*') else _SOMEBODY_ELSE}"  # noqa: PLW2901
            if line == last:
                continue
            last = line
        elif line.strip():
            last = None
        yield line
