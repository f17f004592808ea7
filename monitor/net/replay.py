"""Captures that answer requests in place of the web.

A folder with an index (`replay_folder`), a WARC file, or a folder of WARC files (`replay_warc`). Several captures of
one URL are successive checks, in time order; those of unknown time follow in the order listed.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from monitor.core.errors import UsageError
from monitor.core.outcomes import Exchange, Failed, Outcome
from monitor.core.validators import Validators
from monitor.net import replay_folder, replay_warc
from monitor.net.outcomes import outcome_of
from monitor.net.shots import NotWhole, Shot
from monitor.pipeline.monitor import Remark
from monitor.pipeline.ports import Clock
from monitor.sitekit.catalogue import Catalogue

_LAST: Final = datetime.max.replace(tzinfo=UTC)


class ReplayFetcher:
    """Answers each request for a URL with its next capture. `source` names where from, for messages."""

    conditional = False

    def __init__(self, source: Path, shots: Sequence[Shot], *, clock: Clock, remarks: Sequence[Remark] = ()) -> None:
        self.remarks = tuple(remarks)
        self._source = source
        self._clock = clock
        self._waiting: dict[str, deque[Shot]] = defaultdict(deque)
        for shot in sorted(shots, key=lambda shot: shot.at or _LAST):
            self._waiting[shot.address].append(shot)
        self._addresses = [(shot.site, shot.address) for shot in shots]

    async def get(
        self,
        url: str,
        *,
        delay: float | None = None,  # noqa: ARG002 - files need no politeness
        validators: Validators | None = None,  # noqa: ARG002 - and give what they hold
    ) -> Outcome:
        """Answer with the URL's next capture; Failed where there is none or it is not whole."""
        if not self._waiting.get(url):
            why = f"{self._source} holds no further capture of it"
            return Failed(Exchange(url, url, self._clock.now()), why, retryable=False)
        shot = self._waiting[url].popleft()
        at = shot.at or self._clock.now()
        try:
            return outcome_of(shot.read(at))
        except NotWhole as problem:
            return Failed(
                Exchange(url, url, at, ref=shot.ref, dated=shot.at is not None), str(problem), retryable=False
            )

    def reaches(self, url: str) -> bool:
        """Whether a capture of this URL is still to be given."""
        return bool(self._waiting.get(url))

    def pending(self, site: str) -> Sequence[str]:
        """Return the site's captured URLs, each as often as captures of it wait."""
        return [url for owner, url in self._addresses if owner == site and self.reaches(url)]

    async def close(self) -> None:
        """Nothing is held open."""


def open_replay(path: Path, *, sites: Catalogue, clock: Clock, max_bytes: int) -> ReplayFetcher:
    """Open what is to be replayed; UsageError if it holds no captures, or is none of what can be."""
    if path.is_dir() and (path / replay_folder.INDEX).exists():
        return ReplayFetcher(path, replay_folder.shots_in(path, sites.names, max_bytes=max_bytes), clock=clock)
    files = replay_warc.files_in(path)
    if not files:
        raise UsageError(_nothing_in(path))
    shots, remarks = replay_warc.shots_in(files, sites, max_bytes=max_bytes)
    return ReplayFetcher(path, shots, clock=clock, remarks=remarks)


def _nothing_in(path: Path) -> str:
    if path.is_dir():
        return f"{path / replay_folder.INDEX}: there is no such file, and no .warc or .warc.gz file beside it"
    return f"no such folder of captures: {path}, and no such WARC file"
