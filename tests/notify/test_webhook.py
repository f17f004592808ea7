"""Webhooks as Standard Webhooks has them, verified with its own library."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.headers import Headers
from monitor.core.leases import Lease
from monitor.core.messages import Message
from monitor.core.receivers import Webhook
from monitor.notify.webhook import WebhookSender
from monitor.pipeline.ports import Poster

URL = "https://desk.example/hook?token=secret"
OLD, NEW, FOREIGN = (f"whsec_{char * 32}" for char in ("aaaa", "bbbb", "cccc"))
NOW = datetime.now(UTC)
MESSAGE = Message(1, "msg_1", "desk", {"type": "test", "note": 'পুতিন \u2028 \\ "'}, Lease("a", NOW, NOW), NOW)


@dataclass
class Box(Poster):
    """Keeps what is posted."""

    answer: Answer = field(default_factory=Delivered)
    posted: list[tuple[str, bytes, Headers]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: Headers) -> Answer:
        self.posted.append((url, body, headers))
        return self.answer

    async def close(self) -> None:
        """Nothing is open."""


def posted(*secrets: str, at: datetime | None = None) -> tuple[bytes, dict[str, str]]:
    """Send the message now, as whoever verifies it asks what time it is, or at another time."""
    box = Box()
    sending = WebhookSender(Webhook(URL, secrets), box).send(MESSAGE, at=at or datetime.now(UTC))
    assert asyncio.run(sending) == Delivered()
    ((url, body, headers),) = box.posted
    assert url == URL
    return body, dict(headers)


def test_a_receiver_that_knows_a_secret_can_verify_it() -> None:
    body, headers = posted(OLD)
    assert Verifier(OLD).verify(body, headers) == {"id": "msg_1", **MESSAGE.payload}
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "msg_1"
    assert posted(OLD, at=NOW)[1]["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_while_one_secret_takes_the_place_of_another_both_do() -> None:
    body, headers = posted(NEW, OLD)
    for secret in (NEW, OLD):
        assert Verifier(secret).verify(body, headers)["id"] == "msg_1"
    assert len(headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_nothing_of_it_can_be_changed(header: str) -> None:
    body, headers = posted(OLD)
    for secret, said, told in (
        (FOREIGN, body, headers),
        (OLD, body + b" ", headers),
        (OLD, body, {**headers, header: str(int(datetime.now(UTC).timestamp()) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(said, told)


def test_each_try_has_its_own_time_and_the_same_bytes() -> None:
    first, second = posted(OLD, at=NOW), posted(OLD, at=NOW + timedelta(seconds=90))
    assert first[0] == second[0]
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert int(second[1]["webhook-timestamp"]) - int(first[1]["webhook-timestamp"]) == 90


def test_without_a_secret_nothing_is_signed() -> None:
    assert "webhook-signature" not in posted()[1]


def test_the_answer_is_what_the_poster_says_and_no_secret_is_shown() -> None:
    sender = WebhookSender(Webhook(URL, (OLD,)), Box(Failed("HTTP 500", 500)))
    assert asyncio.run(sender.send(MESSAGE, at=NOW)) == Failed("HTTP 500", 500)
    assert "secret" not in repr(sender).replace("secrets", "")
    assert OLD not in repr(sender)
