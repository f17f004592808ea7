"""The log of a program that stays: for a person on a terminal, else a JSON object a line. It tells no secret.

    log = configure_logs(sys.stderr, terminal=sys.stderr.isatty())
    log.info("source_failed", site="inqilab", url=url, why="HTTP 500")

    12:03:11 source failed  site=inqilab url=https://… why="HTTP 500"                    on a terminal
    {"at": "2026-11-22T06:03:11Z", "level": "info", "event": "source_failed", …}        otherwise

What libraries log through `logging`, from warnings up, comes out in the same form; but not what we tell ourselves.
"""

import json
import logging
import os
import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from monitor.core.harmless import escaped, harmless

_HIDDEN: Final = "…"
_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)?|pwd|secret|token|api_?key|auth(orization)?|cookie", re.IGNORECASE
)
# user and password before a host; and what a query or a connection string calls a secret
_SECRETS: Final = (
    (re.compile(r"(?<=://)[^\s/@]*@"), f"{_HIDDEN}@"),
    (
        re.compile(rf"(?<![A-Za-z])((?:[a-z]+[_-])?(?:{_SECRET_NAME.pattern})=)[^\s&#'\"]+", re.IGNORECASE),
        rf"\1{_HIDDEN}",
    ),
)
_PLAIN: Final = re.compile(r"[^\s\"]+")
# connections that are lost, each at each try; ticks that are passed over as the one before waits for such a connection
_TOLD_BY_US: Final = ("psycopg", "procrastinate", "apscheduler.scheduler")
_COLOURS: Final = {"debug": "2", "warning": "33", "error": "31", "critical": "1;31"}


def configure_logs(stream: TextIO, *, terminal: bool, level: int = logging.INFO) -> FilteringBoundLogger:
    """Set up the logs of this process, and return the logger; `structlog.get_logger()` is the same.

    `terminal` says that a person reads the stream; there NO_COLOR takes the colours away.
    """
    colour = terminal and not os.environ.get("NO_COLOR")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _add_time,
            _add_traceback,
            _hide_secrets,
            _Human(colour=colour) if terminal else _to_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(stream),
    )
    log: FilteringBoundLogger = structlog.get_logger()
    _Forwarding.install(log)
    return log


class _Lines(structlog.WriteLogger):
    """Writes each entry as a line. A terminal that was closed and a full disk stop no work: then nothing is said."""

    def msg(self, message: str) -> None:
        """Write one entry."""
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = exception = msg


def without_secrets(text: str) -> str:
    """Return a text without the passwords of its URLs and connection strings."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class _Forwarding(logging.Handler):
    """Hands what libraries log over to our log."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    @classmethod
    def install(cls, log: FilteringBoundLogger) -> None:
        """Take the place of whatever handled the root logger."""
        logging.basicConfig(handlers=[cls(log)], level=logging.WARNING, force=True)
        for name in _TOLD_BY_US:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def emit(self, record: logging.LogRecord) -> None:
        """Hand over one record."""
        error = record.exc_info[1] if record.exc_info else None
        more = {"exc_info": error} if error else {}
        self._log.log(record.levelno, "library", logger=record.name, message=record.getMessage(), **more)


def _add_time(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {"at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), **event}


def _add_traceback(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        event["traceback"] = traceback.format_exc().rstrip()
    elif isinstance(error, BaseException):
        event["traceback"] = "".join(traceback.format_exception(error)).rstrip()
    return event


def _hide_secrets(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _HIDDEN if _SECRET_NAME.fullmatch(name) else _safe(value) for name, value in event.items()}


def _safe(value: Any) -> Any:
    """Return a value as JSON can hold it, without secrets."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _safe(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(each) for each in value]
    return without_secrets(str(value))


def _to_json(_log: WrappedLogger, _method: str, event: EventDict) -> str:
    head = {name: event.pop(name) for name in ("at", "level", "event")}
    return escaped(json.dumps({**head, **event}, ensure_ascii=False))


class _Human:
    """Writes an entry as a line, with the time of day here; only a traceback takes more lines."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, _log: WrappedLogger, _method: str, event: EventDict) -> str:
        """Write one entry."""
        at = datetime.fromisoformat(event.pop("at")).astimezone()
        level, name, trace = event.pop("level"), event.pop("event"), event.pop("traceback", None)
        fields = " ".join(f"{key}={_quoted(value)}" for key, value in event.items())
        title = self._painted(harmless(" ".join(name.replace("_", " ").split())), _COLOURS.get(level, "1"))
        line = f"{self._painted(f'{at:%H:%M:%S}', '2')} {title}{'  ' if fields else ''}{fields}"
        return line if trace is None else f"{line}\n{harmless(trace)}"

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return harmless(json.dumps(value, ensure_ascii=False))
    text = harmless(" ".join(value.split()))
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
