"""Messages to people by mail, Slack, Discord, Telegram, Matrix and the like: apprise knows the ways there.

Apprise makes its own connections, to where its URL says and nowhere else: they do not pass the guard of `monitor.net`.
What it says of a failure is told without anything that its URL holds.
"""

import logging
import re
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import unquote

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.diff import head
from monitor.core.errors import ConfigError
from monitor.core.messages import Message
from monitor.notify.texts import Told, told
from monitor.notify.threads import in_thread
from monitor.pipeline.ports import Sender

if TYPE_CHECKING:
    from apprise import NotifyBase

_INSTALL: Final = 'apprise is not installed, by which people are told: pip install "monitor[people]"'
_ENDLESS: Final = 1_000_000
_LONGEST: Final = 200


class PeopleSender(Sender):
    """Tells people as one URL of apprise says, one message after the other."""

    at_once: ClassVar[int] = 1

    def __init__(self, name: str, url: str) -> None:
        # apprise itself takes seconds to load, and waits until there is something to tell
        if find_spec("apprise") is None:
            raise ConfigError(f"receivers.{name}.apprise: {_INSTALL}")
        self._url = url
        self._service: NotifyBase | None = None

    async def send(self, message: Message, *, at: datetime) -> Answer:  # noqa: ARG002 - it is told what the message says
        """Tell people in plain text. Apprise does not say whether it was the message or the receiver that failed."""
        return await in_thread(lambda: self._tell(told(message.payload)))

    def _tell(self, shown: Told) -> Answer:
        service = self._service = self._service or service_of(self._url)
        if service is None:
            return Failed(f"apprise cannot read this {self._url.partition('://')[0]}:// URL; appriseit.com has them")
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - an extra

        title, body = fitting(shown, service.title_maxlen, service.body_maxlen)
        way = Apprise(service, asset=service.asset)
        result = way.notify(body=body, title=title, body_format=NotifyFormat.TEXT, log_level=logging.WARNING)
        if result:
            return Delivered()
        said = next((entry.message for entry in result.logs()), "apprise could not deliver it")
        return Failed(_without(self._url, said))


def fitting(shown: Told, title_room: int, room: int) -> tuple[str, str]:
    """Return a title and a text of no more characters than a service takes; without room, the title goes into the text.

    Where the text is too long, its short form takes its place.
    """
    room = room or _ENDLESS
    title = _cut(shown.title, title_room or max(room - len(shown.short) - 2, 0))
    left = room if title_room else room - len(title) - 2
    return title, shown.text if len(shown.text) <= left else _cut(shown.short, left)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{head(text, room - 2)} …"[:room]


def service_of(url: str) -> "NotifyBase | None":
    """Return the service that a URL names, None if it names none."""
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - an extra

    # its log may hold the URL
    logging.getLogger("apprise").propagate = False
    # no pictures from elsewhere, and no threads of its own that a program would have to wait for at its end
    asset = AppriseAsset(
        app_id="monitor",
        app_desc="monitor",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,
    )
    return Apprise.instantiate(url, asset=asset)


def _without(url: str, said: str) -> str:
    """Strike out whatever the URL holds but for its scheme, as it is and decoded: any of it may be secret."""
    rest = url.partition("://")[2]
    parts = {part for text in (rest, unquote(rest)) for part in re.split(r"[/:@?&=,#]+", text) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        said = said.replace(part, "***")
    return " ".join(said.split())[:_LONGEST]
