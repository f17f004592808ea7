"""Commands that give the record to other programs: export."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, moment_of, settings_of
from monitor.core.errors import UsageError

if TYPE_CHECKING:
    from typing import BinaryIO

    from monitor.core.kept import CaptureQuery
    from monitor.pipeline.ports import Archive
    from monitor.sitekit.catalogue import Catalogue

_STDOUT: Final = "-"


def export(
    warc: Annotated[
        str,
        typer.Option("--warc", metavar="FILE.warc.gz", help="Where to write; - for standard output."),
    ],
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="Only captures of this site.")] = None,
    article: Annotated[
        str | None,
        typer.Option("--article", metavar="ARTICLE", help="Only this story: an id, a key or a URL."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Only what was captured since: 2023-09-14, or 2023-09-14T13:15+06:00."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it is there.")] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the raw responses behind the versions to a WARC file, as other archiving tools read it.

    [dim]$ monitor export --warc inqilab.warc.gz --site inqilab
    $ monitor export --warc november.warc.gz --since 2026-11-01
    $ monitor export --warc - --article inqilab:news/601234 | zcat[/dim]
    """
    from monitor import __version__
    from monitor.bootstrap import open_archive
    from monitor.cli.output import say
    from monitor.cli.progress import counter
    from monitor.clock import SystemClock
    from monitor.pipeline.export import export_warc
    from monitor.sites import load
    from monitor.warcfile.writing import CaptureWriter

    filename = None if warc == _STDOUT else _checked(Path(warc), force=force).name
    with open_archive(settings_of(config, database)) as archive:
        query = _query(archive, load(), site, article, since)
        about = {
            "software": f"monitor/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": f"captures of {article or site or 'all sites'}{f', made since {since}' if since else ''}",
        }
        total = archive.count_captures(query)
        with _output(warc) as out, counter("exporting", total) as tell:
            writer = CaptureWriter(out, about=about, filename=filename, at=SystemClock().now())
            done = export_warc(archive, query, writer, tell)
    revisits = f", {done.revisits:,} of them as references to an equal one" if done.revisits else ""
    say(f"wrote {done.captures:,} captures{revisits}{f' to {warc}' if filename else ''}")


def _query(
    archive: "Archive", sites: "Catalogue", site: str | None, article: str | None, since: str | None
) -> "CaptureQuery":
    from monitor.core.kept import CaptureQuery
    from monitor.pipeline.lookup import find

    return CaptureQuery(
        site=None if site is None else sites.get(site).name,
        article_id=None if article is None else find(archive, sites, article).ref.id,
        since=None if since is None else moment_of(since),
    )


def _checked(path: Path, *, force: bool) -> Path:
    if not path.name.endswith(".gz"):
        raise UsageError(f"--warc {path}: it will be compressed; name it {path.name.removesuffix('.warc')}.warc.gz")
    if path.is_dir():
        raise UsageError(f"--warc {path}: that is a folder")
    if path.exists() and not force:
        raise UsageError(f"{path} is there already; it was left as it is (--force overwrites it)")
    return path


@contextmanager
def _output(warc: str) -> Iterator["BinaryIO"]:
    """Give a stream to write to; a file takes its name when it is whole, and is not there otherwise."""
    if warc == _STDOUT:
        if sys.stdout.isatty():
            raise UsageError("--warc -: a terminal cannot show it; send it to a file or a program")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(warc)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
