"""What can be wrong with a robots.txt, of a host that had none until now; a day later it is asked for anew."""

from datetime import timedelta

import pytest

from tests.faults.press import PATIENT, STORY, Press, html, page_of
from tests.faults.strikes import SHORT, fault, told, unharmed
from tests.net.server import HANGS, Reply, reply, stream

CLOSED = b"User-agent: *\nDisallow: /"
NO_ANSWER, NOT_KNOWN = "not even its robots.txt could be had", "its rules are not known"
FORBIDS = "forbids everything"


def to(location: str) -> bytes:
    return reply(b"", 301, location=location)


FAULTS = [
    fault("forbids all", reply(CLOSED), "failed", FORBIDS),
    fault("forbids stories", reply(b"User-agent: *\nDisallow: /news"), "failed", "forbids it"),
    fault("forbids, in UTF-16", reply(CLOSED.decode().encode("utf-16")), "failed", FORBIDS),
    fault(
        "forbids, behind a mark and odd line ends",
        reply(b"\xef\xbb\xbf" + CLOSED.replace(b"\n", b"\r")),
        "failed",
        FORBIDS,
    ),
    fault("forbids, in a page that is cut off there", reply(CLOSED + b"\n" + b"#" * 600_000), "failed", FORBIDS),
    fault("huge", stream(reply(content_length="50000000"), b"Disallow: /a\n" * 4_000, 1_000), "fetched"),
    fault("endless", stream(b"HTTP/1.1 200 OK\r\n\r\n", b"Disallow: /a\n" * 4_000, 10**6), "fetched"),
    fault("one line", reply(b"Disallow: /" + b"*a" * 100_000), "fetched"),
    fault("many stars", reply(b"User-agent: *\nDisallow: /" + b"*a" * 5_000 + b"$"), "fetched"),
    fault("binary", reply(bytes(range(256)) * 100), "fetched"),
    fault("empty", reply(b""), "fetched"),
    fault("a page", html(page_of("Welcome", ("User-agent: * Disallow: /",))), "fetched"),
    fault("a very long delay", reply(b"User-agent: *\nCrawl-delay: 999999999999"), "fetched"),
    fault("a delay of nonsense", reply(b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: -5"), "fetched"),
    fault("403", reply(CLOSED, 403), "fetched"),
    fault("429", reply(b"", 429), "failed", NOT_KNOWN),
    fault("500", reply(b"", 500), "failed", NOT_KNOWN),
    fault("503", reply(b"", 503), "failed", NOT_KNOWN),
    fault("redirects to itself", to("/robots.txt"), "fetched"),
    fault("redirects to a script", to("javascript:alert(1)"), "fetched"),
    fault("redirects to half an address", to("http://["), "fetched"),
    fault("redirects to nobody", to("http://127.0.0.1:1024/robots.txt"), "failed", NO_ANSWER),
    fault("redirects to a private address", to("http://10.0.0.1/robots.txt"), "failed", NO_ANSWER),
    fault("closed in it", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nUser", "failed", NO_ANSWER),
    fault("silent", HANGS, "failed", NO_ANSWER),
    fault("hangs in it", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nUser" + HANGS, "failed", NO_ANSWER),
    fault("drips", stream(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"#", 10**9), "failed", NO_ANSWER),
    fault("damaged gzip", reply(CLOSED, content_encoding="gzip"), "failed", NO_ANSWER),
]
HANGING = {"silent", "hangs in it", "drips"}


@pytest.mark.parametrize(("answer", "outcome", "why"), FAULTS)
def test_a_robots_txt(press: Press, request: pytest.FixtureRequest, answer: Reply, outcome: str, why: str) -> None:
    press.once()
    press.bad.pages["/robots.txt"] = answer
    hangs = request.node.callspec.id in HANGING
    press.once(wait=timedelta(hours=25), deadline=SHORT if hangs else PATIENT)
    told(press.observed(press.bad)["/news/1"], outcome, why)
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)


@pytest.mark.parametrize("answer", [reply(b"", 500), b"", reply(b"", 429)])
def test_an_older_copy_is_kept_to(press: Press, answer: Reply) -> None:
    press.bad.pages["/robots.txt"] = reply(b"User-agent: *\nDisallow: /news/2")
    press.once()
    press.bad.pages["/robots.txt"] = answer
    press.once(wait=timedelta(hours=25))
    assert press.observed(press.bad)["/news/1"] == ("fetched", "")
    unharmed(press)
