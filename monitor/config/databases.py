"""Where the record is kept: database URLs, read strictly, and refused in words that show no password."""

import re
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from monitor.core.errors import ConfigError
from monitor.yamlfile.readers import Reader
from monitor.yamlfile.tree import Refused, Value

_FILE: Final = "monitor.db"
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


def default_url(folder: Path) -> str:
    """The file `monitor.db` in a folder."""
    return sqlite_url(folder, _FILE)


def database_url(text: str, folder: Path) -> str:
    """The URL that a database setting stands for: a relative SQLite path starts at the folder.

    Raises ConfigError, in words that show no password.
    """
    try:
        return database(folder)(Value(text, line=0, label="--database", written=text))
    except Refused as refused:
        raise ConfigError("; ".join(problem.render("the command line") for problem in refused.problems)) from None


def database(folder: Path) -> Reader[str]:
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
    return sqlite_url(folder, rest.removeprefix("/"))


def sqlite_url(folder: Path, file: str) -> str:
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
