"""docs/alerts.md is true: its examples are messages as they are sent, its code verifies them, its settings are read."""

import asyncio
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from standardwebhooks import WebhookVerificationError

from monitor.cli.app import app
from monitor.config import load
from monitor.core.answers import Answer, Delivered
from monitor.core.headers import Headers
from monitor.core.receivers import Webhook
from monitor.notify.people import service_of
from monitor.notify.webhook import WebhookSender
from tests.notify.messages import message
from tests.payloads import ALL

TEXT = (Path(__file__).parents[1] / "docs" / "alerts.md").read_text(encoding="utf-8")
SECRET = "whsec_" + "QUJD" * 10


def blocks(language: str) -> Iterator[str]:
    yield from re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_examples_are_messages_as_they_are_sent() -> None:
    sent = [json.loads(message(number, payload).body) for number, payload in enumerate(ALL, 1)]
    shown = [json.loads(block) for block in blocks("json")]
    assert [example for example in shown if example not in sent] == []
    assert {type_.partition(".")[0] for type_ in (each["type"] for each in ALL)} == {
        each["type"].partition(".")[0] for each in shown
    }


def test_every_type_is_explained() -> None:
    table = re.findall(r"^\| (`[a-z._`, ]+) \|", TEXT, re.MULTILINE)
    explained = {type_ for cell in table for type_ in re.findall(r"`([a-z_.]+)`", cell)}
    assert {payload["type"] for payload in ALL} <= explained


@dataclass
class Desk:
    """Stands where a message would leave the machine."""

    posts: list[tuple[bytes, Headers]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: Headers) -> Answer:
        self.posts.append((body, headers))
        return Delivered(200)

    async def close(self) -> None: ...


def test_the_example_of_a_receiver_verifies_a_message() -> None:
    desk, code = Desk(), dict[str, Any]()
    sender = WebhookSender(Webhook("https://desk.example/", (SECRET,)), desk)
    asyncio.run(sender.send(message(), at=datetime.now(UTC)))
    (block,) = blocks("python")
    exec(block, code)  # noqa: S102 - that is what the document tells its readers to do
    ((body, headers),) = desk.posts
    assert code["read_alert"](SECRET, body, dict(headers))["id"] == "msg_1"
    with pytest.raises(WebhookVerificationError):
        code["read_alert"](SECRET, body.replace(b"msg_1", b"msg_2"), dict(headers))


def test_the_settings_are_read(tmp_path: Path) -> None:
    found = set[str]()
    for block in blocks("yaml"):
        (tmp_path / "config.yaml").write_text(block)
        names = dict.fromkeys(re.findall(r"\$\{(\w+)\}", block), "x") | {"WEBHOOK_SECRET": SECRET}
        found |= set(load(tmp_path / "config.yaml", environ=names, site_names=()).receivers)
    assert {"editors", "readers", "script", "lines", "desk"} <= found


def test_the_commands_parse() -> None:
    commands = re.findall(r"`(monitor alerts [^`]+)`", TEXT)
    assert len(commands) > 6
    for command in commands:
        group, arguments = typer.main.get_command(app), shlex.split(command)[1:]
        while arguments and hasattr(group, "commands"):
            group = group.commands[arguments.pop(0)]
        group.make_context("monitor", arguments)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_apprise_knows_the_urls() -> None:
    tokens = {
        "TELEGRAM_BOT": "123456789:abcdefg_hijklmnop",
        "TELEGRAM_CHAT": "12315544",
        "SLACK_TOKEN_A": "T1JJ3T3L2",
        "SLACK_TOKEN_B": "A1BRTD4JD",
        "SLACK_TOKEN_C": "TIiajkdnlazkcOXrIdevi7FQ",
    }
    urls = re.findall(r"^    apprise: (\S+)", TEXT, re.MULTILINE)
    assert len(urls) == 5
    for url in urls:
        assert service_of(re.sub(r"\$\{(\w+)\}", lambda found: tokens.get(found[1], "x" * 20), url)), url
