"""The section `receivers`: who is told of alerts. No message quotes a URL or a secret."""

import base64
import re
from binascii import Error
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from monitor.core.receivers import Apprise, Command, FeedFile, Receiver, StandardOutput, Way, Webhook
from monitor.yamlfile.readers import Reader, boolean, called, duration, listed, section, text
from monitor.yamlfile.tree import Value

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
NAMES: Final = "1 to 40 letters of a to z, digits, - and _"
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_PREFIX: Final = "whsec_"
# what of apprise acts on this machine and tells nobody elsewhere
_LOCAL: Final = frozenset(["blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """The ways that an entry names; there must be one."""

    webhook: str | None = None
    apprise: str | None = None
    feed: Path | None = None
    command: tuple[str, ...] | None = None
    output: bool | None = None
    secrets: tuple[str, ...] = ()
    deadline: float = 15.0


_WAYS: Final = tuple(field.name for field in fields(_Ways))[:5]


def receivers(folder: Path) -> Reader[Mapping[str, Receiver]]:
    """Read receivers, each under its name. A relative path of a feed starts at the folder."""
    entry = section(
        _Ways,
        webhook=_webhook,
        apprise=_apprise,
        feed=partial(_path, folder),
        command=_command,
        output=boolean,
        secrets=listed(_secret),
        deadline=duration(1, 300),
    )

    def way_and_deadline(value: Value) -> tuple[Way, float]:
        ways = entry(value)
        return _way(value, ways), ways.deadline

    def reader(value: Value) -> Mapping[str, Receiver]:
        found = called(NAME, NAMES, way_and_deadline)(value)
        return MappingProxyType({name: Receiver(name, way, deadline) for name, (way, deadline) in found.items()})

    return reader


def _way(value: Value, ways: _Ways) -> Way:
    named = [name for name in _WAYS if getattr(ways, name) not in {None, False}]
    if len(named) != 1:
        raise value.refused(f"expected one of {', '.join(_WAYS)}, found {' and '.join(named) or 'none'}")
    if ways.secrets and ways.webhook is None:
        raise value.refused("only a webhook has secrets")
    if ways.webhook is not None:
        return Webhook(ways.webhook, ways.secrets)
    if ways.apprise is not None:
        return Apprise(ways.apprise)
    if ways.feed is not None:
        return FeedFile(ways.feed)
    return StandardOutput() if ways.command is None else Command(ways.command)


def _webhook(value: Value) -> str:
    url = value.data
    if isinstance(url, str) and url.isprintable() and " " not in url:
        with suppress(ValueError):
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and parts.port != 0:
                return url
    raise value.refused("expected a web address, http(s)://HOST/PATH, without user and password; sign with `secrets`")


def _secret(value: Value) -> str:
    secret = value.data
    if isinstance(secret, str) and secret.startswith(_PREFIX):
        with suppress(Error):
            if 24 <= len(base64.b64decode(secret.removeprefix(_PREFIX), validate=True)) <= 64:
                return secret
    raise value.refused('expected "whsec_" and 24 to 64 bytes in base64 (`openssl rand -base64 32` makes 32)')


def _apprise(value: Value) -> str:
    if isinstance(value.data, str) and _SCHEME.fullmatch(value.data):
        scheme = value.data.partition(":")[0].lower()
        if scheme in _LOCAL:
            raise value.refused(f"{scheme}:// acts on this machine alone; a `command` can do that")
        return value.data
    raise value.refused("expected a URL as apprise has them, such as mailto://… or slack://…")


def _path(folder: Path, value: Value) -> Path:
    path = folder / text(value)
    if path.suffix.lower() not in {".xml", ".atom", ".json"}:
        raise value.refused("expected a file that ends in .xml or .atom (an Atom feed) or .json (a JSON Feed)")
    return path


def _command(value: Value) -> tuple[str, ...]:
    argv = listed(text)(value)
    if not argv:
        raise value.refused("expected a program and its arguments, found an empty list")
    return argv
