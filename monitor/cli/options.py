"""The options that commands share, and from them the parts that a command works with."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.cli.output import Format
from monitor.core.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Settings

_AGO: Final = re.compile(r"(?P<number>[0-9]{1,6}) ?(?P<unit>[mhd])")
_UNITS: Final = MappingProxyType({"m": "minutes", "h": "hours", "d": "days"})

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration. [default: ./config.yaml if there is one]",
        show_default=False,
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… [default: monitor.db beside the config]",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
ReplayOption = Annotated[
    Path | None,
    typer.Option(
        "--replay",
        metavar="PATH",
        help="Answer every request from a folder of captures or from WARC files, not from the network.",
    ),
]
SiteOption = Annotated[
    list[str] | None,
    typer.Option(
        "--site",
        metavar="NAME",
        help="Only this site; may be given again. [default: all]",
        show_default=False,
    ),
]
ArticleArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="A database id, a key such as inqilab:news/601234, or a URL.")
]


def moment_of(text: str) -> datetime:
    """Read the date or time of --since; without an offset it is in the machine's own zone."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(f"--since {text!r}: expected a date such as 2023-09-14, or 2023-09-14T13:15+06:00") from None


def ago_or_moment(text: str, now: datetime) -> datetime:
    """Read --since where it may also say how long ago: 30d, 12h, 90m."""
    ago = _AGO.fullmatch(text.strip())
    if ago is None:
        return moment_of(text)
    return now - timedelta(**{_UNITS[ago["unit"]]: int(ago["number"])})


def settings_of(config: Path | None, database: str | None) -> "Settings":
    """Read the configuration: the file named, else ./config.yaml if there is one, else the defaults."""
    from dataclasses import replace

    from monitor import config as reader
    from monitor.sites import load

    names = load().names
    path = config or Path("config.yaml")
    if config is None and not path.exists():
        settings = reader.defaults(Path.cwd())
    else:
        settings = reader.load(path, environ=os.environ, site_names=names)
    return replace(settings, database=reader.database_url(database, Path.cwd())) if database is not None else settings
