"""Messages to people by apprise: to a real server on this machine."""

import asyncio
import io
import json
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.errors import ConfigError
from monitor.notify.people import PeopleSender, fitting
from monitor.notify.texts import Told
from tests.notify.messages import NOW, message

# apprise imports it where there is one
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
TITLE = "Daily Inqilab: new story: পুতিন-কিম বৈঠক"


@dataclass
class Desk:
    """A server that keeps what it is told, and answers with a status."""

    server: ThreadingHTTPServer
    status: int = 200
    told: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://user:geheim@127.0.0.1:{self.server.server_port}/token-1234"


@pytest.fixture
def desk() -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(here.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    here = Desk(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=here.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    here.server.shutdown()
    here.server.server_close()
    thread.join()


def send(url: str, deadline: float = 20.0) -> Answer:
    async def within() -> Answer:
        async with asyncio.timeout(deadline):
            return await PeopleSender("desk", url).send(message(), at=NOW)

    return asyncio.run(within())


def test_people_are_told_in_plain_text(desk: Desk) -> None:
    assert send(desk.url) == Delivered()
    (told,) = desk.told
    assert told["title"] == TITLE
    assert told["message"].splitlines()[0] == "https://x.example/news/601234"
    assert "Matched কিম in title: পুতিন-কিম বৈঠক" in told["message"].splitlines()


@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_is_not_taken_is_a_failure(desk: Desk, status: int) -> None:
    desk.status = status
    answer = send(desk.url)
    assert isinstance(answer, Failed)
    assert str(status) in answer.why


def test_nothing_of_the_url_is_told_or_logged(desk: Desk) -> None:
    desk.status, log = 500, io.StringIO()
    logging.getLogger().addHandler(handler := logging.StreamHandler(log))
    answers = [
        send(desk.url),
        send(f"json://user:geheim@127.0.0.1:{_free_port()}/token-1234"),
        send("slack://geheim/token-1234"),
    ]
    logging.getLogger().removeHandler(handler)
    said = [*(answer.why for answer in answers if isinstance(answer, Failed)), log.getvalue()]
    assert said[2:] == ["apprise cannot read this slack:// URL; appriseit.com has them", ""]
    assert not [text for text in said if "geheim" in text or "token-1234" in text]


def test_what_apprise_says_of_the_url_is_struck_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON  # noqa: PLC0415

    def send_badly(*_: Any, **__: Any) -> bool:
        logging.getLogger("apprise").warning("no user:geheim at\n/token-1234")
        return False

    monkeypatch.setattr(NotifyJSON, "send", send_badly)
    assert send(desk.url) == Failed("no ***:*** at /***")


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r'^receivers.desk.apprise: .* pip install "monitor\[people\]"$'):
        PeopleSender("desk", "json://127.0.0.1")


def test_a_server_that_never_answers_holds_up_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        send(f"json://127.0.0.1:{silent.getsockname()[1]}/", deadline=0.1)


@pytest.mark.parametrize(
    ("title_room", "room", "title", "body"),
    [
        (250, 2_000, "site: what", "long text"),
        (7, 2_000, "site: …", "long text"),
        (250, 8, "site: what", "short"),
        (0, 0, "site: what", "long text"),
        (0, 21, "site: what", "long text"),
        (0, 20, "site: what", "short"),
        (0, 15, "site: …", "short"),
    ],
)
def test_it_fits_into_what_a_service_takes(title_room: int, room: int, title: str, body: str) -> None:
    assert fitting(Told("site: what", "long text", "short"), title_room, room) == (title, body)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
