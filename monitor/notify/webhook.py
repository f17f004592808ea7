"""Webhooks as Standard Webhooks 1.0.0 has them (standardwebhooks.com): https://github.com/standard-webhooks.

A message is signed together with its key and the time of this try, by HMAC-SHA256 with each secret of the receiver:
two of them while one takes the place of the other. The receiver compares the time with its own, so that nobody can
send again what he has overheard, and knows by the key what it has handled already.
"""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from monitor.core.answers import Answer
from monitor.core.headers import Headers
from monitor.core.messages import Message
from monitor.core.receivers import Webhook
from monitor.pipeline.ports import Poster, Sender


@dataclass(frozen=True, slots=True)
class WebhookSender(Sender):
    """Posts messages as JSON to a URL, signed."""

    at_once: ClassVar[int] = 4
    webhook: Webhook
    poster: Poster = field(repr=False)

    async def send(self, message: Message, *, at: datetime) -> Answer:
        """Post a message once."""
        body = message.body
        return await self.poster.post(self.webhook.url, body, _headers(self.webhook, message.key, at, body))


def _headers(webhook: Webhook, key: str, at: datetime, body: bytes) -> Headers:
    timestamp = str(int(at.timestamp()))
    headers = (("content-type", "application/json"), ("webhook-id", key), ("webhook-timestamp", timestamp))
    if not webhook.secrets:
        return headers
    signatures = " ".join(_signature(secret, f"{key}.{timestamp}.".encode() + body) for secret in webhook.secrets)
    return (*headers, ("webhook-signature", signatures))


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
