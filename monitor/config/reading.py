"""config.yaml read into frozen settings. All problems of a file are told at once, with line and key path.

    load(path, environ=…, site_names=…) -> Settings
    defaults(folder) -> Settings
    template() -> str                  the commented file to begin with

A setting is a field of a `…Settings` class and, under the same name, a reader in `_schema`. So a new section is a
class, and a line of the schema.

Without pydantic: it would double the import time of this module, which every command pays, and each of its
messages would have to be replaced by one that a user can act on.
"""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitor.config.databases import database, default_url
from monitor.config.receivers import receivers
from monitor.config.settings import (
    AlertsSettings,
    FetchSettings,
    RechecksSettings,
    RetentionSettings,
    RunSettings,
    Settings,
    SiteRechecksSettings,
    SiteSettings,
)
from monitor.core.addresses import Allowed, allowed
from monitor.core.errors import ConfigError
from monitor.core.schedules import Every, Schedule, cron_of
from monitor.yamlfile.readers import Reader, boolean, duration, listed, named, optional, section, size, text, whole
from monitor.yamlfile.tree import Refused, Value, read

if TYPE_CHECKING:
    from monitor.core.rules import Rule

_DAY: Final = 86_400
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# Without user and password, as every site is told; without parentheses, which end a comment in a User-Agent.
_WEB_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!#-'*-;=?-\[\]-~]*)?")
_PROXY: Final = re.compile(
    r"""https?://
    ([A-Za-z0-9!$&'()*+,;=:._~%-]*@)?                               # user and password
    (?P<place>(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?)/?  # host and port
    """,
    re.VERBOSE,
)


def defaults(folder: Path) -> Settings:
    """What holds where there is no file; the database is `monitor.db` in the folder."""
    return Settings(database=default_url(folder))


def template() -> str:
    """The commented file that `monitor init` writes: every setting with its default."""
    package = Path(__file__).parents[1]
    inside = package / "config.yaml"  # as the wheel has it; a checkout has it at the top
    return (inside if inside.exists() else package.parent / "config.yaml").read_text("utf-8")


def load(path: Path, *, environ: Mapping[str, str], site_names: Collection[str]) -> Settings:
    """The settings of a file. Paths in it start at its folder; `site_names` are the sites it may name.

    Raises ConfigError; its message has all problems of the file, one a line, in the order of the file.
    """
    folder = path.absolute().parent
    try:
        document = read(path, environ)
        return document.interpret(_schema(folder, site_names, _keys(document.root, "receivers")))
    except Refused as refused:
        problems = sorted(refused.problems, key=lambda problem: problem.line)
        raise ConfigError("\n".join(problem.render(str(path)) for problem in problems)) from None


def _schema(folder: Path, site_names: Collection[str], receiver_names: Collection[str]) -> Reader[Settings]:
    fetch = section(
        FetchSettings,
        delay=duration(0, 3600),
        deadline=duration(1, 3600),
        max_bytes=size(1_000, 1_000_000_000),
        allow_private=listed(_allowed),
        proxy=optional(_proxy),
    )
    age = duration(_DAY, 36_500 * _DAY)
    fetches, requests = whole(4, 1_000), optional(whole(1, 10_000_000))
    site = section(
        SiteSettings,
        enabled=boolean,
        delay=optional(duration(0, 3600)),
        rechecks=section(
            SiteRechecksSettings, fetches_per_article=optional(fetches), requests_a_day=requests, horizon=optional(age)
        ),
        schedule=optional(_schedule),
    )
    run = section(
        RunSettings,
        tick=duration(1, 600),
        concurrency=whole(1, 1_000),
        deadline=duration(10, 3600),
        stop_limit=duration(0, 600),
        http_port=optional(whole(1, 65_535)),
        silence=duration(2, 3600),
    )
    return section(
        partial(Settings, database=default_url(folder)),
        database=database(folder),
        contact=optional(_contact),
        fetch=fetch,
        rechecks=section(RechecksSettings, fetches_per_article=fetches, requests_a_day=requests, horizon=age),
        retention=section(RetentionSettings, observations=optional(age), captures=optional(age)),
        run=run,
        receivers=receivers(folder),
        rules=lambda value: _rules(value, receiver_names),
        synonyms=listed(_group),
        alerts=section(AlertsSettings, history=duration(0, 36_500 * _DAY)),
        sites=named("site", site_names, site),
    )


def _keys(root: Value, name: str) -> Collection[str]:
    """Return what a section names, whether or not it can be read."""
    found = root.data.get(name) if isinstance(root.data, dict) else None
    return found.data.keys() if found and isinstance(found.data, dict) else ()


def _rules(value: Value, receiver_names: Collection[str]) -> Mapping[str, "Rule"]:
    # queries and the words of languages take a while to import, and most commands and many users have no rules
    from monitor.config.rules import rules  # noqa: PLC0415

    return rules(receiver_names)(value) if value.data else MappingProxyType({})


def _group(value: Value) -> tuple[str, ...]:
    words = listed(text)(value)
    if len(words) < 2:
        raise value.refused("expected at least two words that mean the same")
    return words


def _contact(value: Value) -> str:
    text = value.data
    if isinstance(text, str) and (_EMAIL.fullmatch(text) or _WEB_ADDRESS.fullmatch(text)):
        return text
    raise value.unexpected("an e-mail or web address (http or https)")


def _schedule(value: Value) -> Schedule:
    """Reads an interval, or a cron line: what has spaces between five fields."""
    if isinstance(value.data, str) and len(value.data.split()) > 2:
        try:
            return cron_of(value.data)
        except ValueError as error:
            raise value.refused(str(error)) from None
    return Every(duration(60, 30 * _DAY)(value))


def _allowed(value: Value) -> Allowed:
    try:
        return allowed(value.data if isinstance(value.data, str) else "")
    except ValueError:
        raise value.unexpected(
            "a network that begins at its first address (10.0.0.0/8), an address or a host name, "
            'each also with a port ("10.0.0.1:8080", "[fd00::1]:8080")'
        ) from None


def _proxy(value: Value) -> str:
    """Reads a proxy's URL. No message quotes one: it may hold a password."""
    match = _PROXY.fullmatch(value.data) if isinstance(value.data, str) else None
    with suppress(ValueError):
        if match:
            allowed(match["place"])
            return match[0]
    raise value.refused(
        "expected http://HOST:PORT or https://HOST:PORT, also with USER:PASSWORD@ before the host; "
        "write % : / ? # @ and spaces in the password as %25 %3A %2F %3F %23 %40 %20"
    )
