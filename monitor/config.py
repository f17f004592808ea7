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
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from monitor.core.addresses import Allowed, allowed
from monitor.core.errors import ConfigError
from monitor.yamlfile.readers import Reader, boolean, duration, listed, named, optional, section, size, whole
from monitor.yamlfile.tree import Refused, Value, read

_DATABASE_FILE: Final = "monitor.db"
_DAY: Final = 86_400
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# Without user and password, as every site is told; without parentheses, which end a comment in a User-Agent.
_WEB_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!#-'*-;=?-\[\]-~]*)?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# Stricter than SQLAlchemy, which takes all up to an "@" for the user and the password, even one in the options.
_POSTGRES: Final = re.compile(
    r"""postgresql(\+psycopg)?://
    ([^\s:/?\#@]*(:[^\s:/?\#@]*)?@)?                     # user and password
    (\[[0-9A-Fa-f:.]+\]|[^\s:/?\#@\[\]]*)(:[0-9]{1,5})?  # host and port
    (/[^\s?\#@]*)?(\?[^\s\#@]*)?                         # name and options
    """,
    re.VERBOSE,
)
_PROXY: Final = re.compile(
    r"""https?://
    ([A-Za-z0-9!$&'()*+,;=:._~%-]*@)?                               # user and password
    (?P<place>(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?)/?  # host and port
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How sites are asked.

    `delay`: seconds between two requests to one host. `deadline`: seconds that one request may take in all.
    `max_bytes`: bytes of a body, decompressed, beyond which a request is given up.
    `allow_private`: the places that may be connected to though they are not public.
    `proxy`: the http(s) URL of a proxy that all requests take. Not in the repr, as it may hold a password.
    """

    delay: float = 5.0
    deadline: float = 60.0
    max_bytes: int = 10_000_000
    allow_private: tuple[Allowed, ...] = ()
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RechecksSettings:
    """How much may be spent on looking again at known stories.

    `fetches_per_article`: of an article in its first 30 days. `requests_a_day`: of all articles of all sites, None for
    no limit. `horizon`: seconds for which a quiet article is looked at.
    """

    fetches_per_article: int = 20
    requests_a_day: int | None = None
    horizon: float = 90.0 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRechecksSettings:
    """The same for one site; None where the file sets nothing of its own for it, and then no limit of requests."""

    fetches_per_article: int | None = None
    requests_a_day: int | None = None
    horizon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What is set for one site. `delay`: seconds between two requests to it, None where the file sets none."""

    enabled: bool = True
    delay: float | None = None
    rechecks: SiteRechecksSettings = field(default_factory=SiteRechecksSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """What `monitor db prune` may give up, by its age in seconds; None keeps all.

    `observations`: fetches in the log. `captures`: responses that are behind no version.
    """

    observations: float | None = None
    captures: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a file sets, and the defaults of the rest.

    `database`: a SQLAlchemy URL; a SQLite path in it is absolute. Not in the repr, as it may hold a password.
    `contact`: the e-mail address or web page told to sites in the User-Agent.
    `sites`: those the file names; for all others `SiteSettings()` holds.
    """

    database: str = field(repr=False)
    contact: str | None = None
    fetch: FetchSettings = field(default_factory=FetchSettings)
    rechecks: RechecksSettings = field(default_factory=RechecksSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    sites: Mapping[str, SiteSettings] = field(default_factory=lambda: MappingProxyType({}))


def defaults(folder: Path) -> Settings:
    """What holds where there is no file; the database is `monitor.db` in the folder."""
    return Settings(database=_sqlite_url(folder, _DATABASE_FILE))


def template() -> str:
    """The commented file that `monitor init` writes: every setting with its default."""
    package = Path(__file__).parent
    inside = package / "config.yaml"  # as the wheel has it; a checkout has it at the top
    return (inside if inside.exists() else package.parent / "config.yaml").read_text("utf-8")


def load(path: Path, *, environ: Mapping[str, str], site_names: Collection[str]) -> Settings:
    """The settings of a file. Paths in it start at its folder; `site_names` are the sites it may name.

    Raises ConfigError; its message has all problems of the file, one a line, in the order of the file.
    """
    folder = path.absolute().parent
    try:
        return read(path, environ).interpret(_schema(folder, site_names))
    except Refused as refused:
        problems = sorted(refused.problems, key=lambda problem: problem.line)
        raise ConfigError("\n".join(problem.render(str(path)) for problem in problems)) from None


def database_url(text: str, folder: Path) -> str:
    """The URL that a database setting stands for: a relative SQLite path starts at the folder.

    Raises ConfigError, in words that show no password.
    """
    try:
        return _database(folder)(Value(text, line=0, label="--database", written=text))
    except Refused as refused:
        raise ConfigError("; ".join(problem.render("the command line") for problem in refused.problems)) from None


def _schema(folder: Path, site_names: Collection[str]) -> Reader[Settings]:
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
    )
    return section(
        partial(Settings, database=_sqlite_url(folder, _DATABASE_FILE)),
        database=_database(folder),
        contact=optional(_contact),
        fetch=fetch,
        rechecks=section(RechecksSettings, fetches_per_article=fetches, requests_a_day=requests, horizon=age),
        retention=section(RetentionSettings, observations=optional(age), captures=optional(age)),
        sites=named("site", site_names, site),
    )


def _contact(value: Value) -> str:
    text = value.data
    if isinstance(text, str) and (_EMAIL.fullmatch(text) or _WEB_ADDRESS.fullmatch(text)):
        return text
    raise value.unexpected("an e-mail or web address (http or https)")


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


def _database(folder: Path) -> Reader[str]:
    """Reads a database URL. No message quotes one: it may hold a password."""

    def reader(value: Value) -> str:
        url = value.data
        if not isinstance(url, str):
            raise value.unexpected("a database URL such as sqlite:///monitor.db")
        scheme, separator, rest = url.partition("://")
        if _CONTROL.search(unquote(url)):
            raise value.refused("the database URL holds a line break or another control character")
        if separator and scheme == "sqlite":
            return _sqlite(value, rest, folder)
        if separator and scheme in {"postgresql", "postgresql+psycopg"}:
            return _postgres(value, url)
        told = _SCHEME.fullmatch(scheme) and not value.secret
        found = f'the scheme "{scheme}"' if told else "another scheme"
        raise value.refused(
            "expected sqlite:///FILE or postgresql://USER@HOST/NAME, "
            f"found {found if separator else 'a text that is no URL'}"
        )

    return reader


def _sqlite(value: Value, rest: str, folder: Path) -> str:
    file = unquote(rest)
    if file in {"", "/"} or ":memory:" in file or "mode=memory" in file:
        raise value.refused("a SQLite database in memory: nothing would be kept; write sqlite:///FILE")
    if not rest.startswith("/"):
        raise value.refused("a SQLite URL has three slashes before the path: sqlite:///FILE")
    if "?" in rest or file.startswith("/file:"):
        raise value.refused("a SQLite URL takes no options here; write sqlite:///FILE (a ? in a name is %3F)")
    if file.startswith("/~"):
        raise value.refused('"~" is not replaced; write the folder out, or ${HOME}')
    if file.endswith("/"):
        raise value.refused("the path names a folder; name a file in it")
    return _sqlite_url(folder, rest.removeprefix("/"))


def _sqlite_url(folder: Path, file: str) -> str:
    """The URL of a file in a folder. The file is quoted already; an absolute path stands alone."""
    quoted = str(folder.absolute()).replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{PurePosixPath(quoted) / file}"


def _postgres(value: Value, url: str) -> str:
    if not _POSTGRES.fullmatch(url):
        raise value.refused(
            "expected postgresql://USER:PASSWORD@HOST:PORT/NAME; inside a part "
            "write % : / ? # @ and spaces as %25 %3A %2F %3F %23 %40 %20"
        )
    return url
