"""Messages to send, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.core.leases import Lease
from monitor.core.messages import Message
from monitor.core.payloads import about_story
from tests.payloads import AT, MET, NEW, SITE, STORY

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
PAYLOAD = about_story(NEW, AT, MET, SITE, STORY)


def message(number: int = 1, payload: dict[str, Any] = PAYLOAD) -> Message:
    return Message(number, f"msg_{number}", "desk", payload, Lease("t", NOW, NOW + timedelta(minutes=1)), NOW)
