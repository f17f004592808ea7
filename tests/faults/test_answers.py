"""What a server can answer in place of a story: redirects, statuses, headers, walls, and pages that are no story."""

import pytest

from tests.faults.press import PAGE, TEXT, TITLE, Press, html, page_of
from tests.faults.strikes import TOO_LATE, fault, strike, to_own
from tests.net.server import Reply, reply, stream

LOOP, BROKE_OFF, NO_WEB, TOO_MUCH = (
    "redirects in a loop",
    "the request broke off",
    "not an http(s) address",
    "more than 200,000 bytes",
)


def to(location: str, status: int = 302) -> bytes:
    """A redirect. `{here}` is the bad paper, `{other}` the same server by another name."""
    return reply(b"", status, location=location)


REDIRECTS = [
    fault("to itself", to("/news/1"), "failed", LOOP),
    fault("to itself, with a fragment", to("#top"), "failed", LOOP),
    fault("to a private address", to("http://10.0.0.1/news/1"), "failed", "10.0.0.1 is not connected to"),
    fault("to the metadata of a cloud", to("http://169.254.169.254/latest/"), "failed", "the metadata service"),
    fault("to a number", to("http://2130706433:22/"), "failed", "port 22 is not one of the web"),
    fault("to a port of another protocol", to("http://127.0.0.1:22/"), "failed", "port 22 is not one of the web"),
    fault("to where nobody listens", to("http://127.0.0.1:1024/"), "failed", "no answer from 127.0.0.1:1024"),
    fault("to an address with a password", to_own("http://me:secret@{}/news/1"), "failed", "holds a user name"),
    fault("to an address with a name", to_own("//me@{}/news/1"), "failed", "holds a user name"),
    fault("to https at a port of http", to_own("https://{}/news/1"), "failed", TOO_LATE),
    fault("to a file", to("file:///etc/passwd"), "failed", NO_WEB),
    fault("to FTP", to("ftp://127.0.0.1/news/1"), "failed", NO_WEB),
    fault("to a script", to("javascript:alert(1)"), "failed", NO_WEB),
    fault("to data", to("data:text/html,<h1>A</h1><p>B</p>"), "failed", NO_WEB),
    fault("to half an address", to("http://["), "failed", NO_WEB),
    fault("to no host", to("http:///news/1"), "failed", LOOP),
    fault("to odd bytes", to("/n\u00e4ws\x01"), "failed", "broke off before it began"),
    fault("to a long address", to("/news/" + "9" * 70_000), "failed", "more than 65,536 bytes"),
    fault("without Location", reply(b"", 302), "failed", "HTTP 302"),
    fault("with an empty Location", to(""), "failed", "HTTP 302"),
    fault("with two Locations", to("/login").replace(b"connection", b"location: /consent\r\nconnection"), "gone"),
    fault("300 and a choice", to("/login", 300), "failed", "HTTP 300"),
    fault("305, a proxy", to("http://127.0.0.1:1024/", 305), "failed", "HTTP 305"),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), REDIRECTS)
def test_a_redirect(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)


ENDS = [
    fault("the front page", to("/"), "gone", "which is no story"),
    fault("another page of the paper", to("/weather"), "gone", "which is no story"),
    fault("nowhere", to("/none"), "gone", "HTTP 404"),
    fault("a chain without end", to("/1"), "failed", "more than 5 redirects"),
    fault("a loop of two", to("/a"), "failed", LOOP),
    fault("a login", to("/login?next=/news/1"), "blocked", "blocked by a login"),
    fault("a consent page", to("/consent/"), "blocked", "blocked by a consent page"),
    fault("a paywall", to("/subscribe"), "blocked", "blocked by a paywall"),
    fault("another host", to("{other}/weather"), "failed", "the address leads to another site"),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), ENDS)
def test_where_a_redirect_ends(press: Press, answer: Reply, outcome: str, why: str) -> None:
    other = html(page_of("Something else", ("It is not the story.",)))
    press.bad.pages |= dict.fromkeys(["/", "/weather", "/login?next=/news/1", "/consent/", "/subscribe"], other)
    press.bad.pages |= {f"/{number}": to(f"/{number + 1}", 307) for number in range(1, 10)}
    press.bad.pages |= {"/a": to("/b", 308), "/b": to("/a", 301)}
    strike(press, answer, outcome, why)


STATUSES = [
    *(fault(f"{status}", html(PAGE, status), "failed", f"HTTP {status}") for status in (201, 202, 205, 206)),
    fault("203", html(PAGE, 203), "fetched"),
    fault("204", b"HTTP/1.1 204 No Content\r\n\r\n", "failed", "HTTP 204"),
    fault("304 that was not asked", html("", 304), "failed", "though that was not asked"),
    *(fault(f"{status}", html(PAGE, status), "failed", f"HTTP {status}") for status in (400, 405, 418, 429, 499)),
    fault("401", html(PAGE, 401), "blocked", "blocked by a login"),
    fault("402", html(PAGE, 402), "blocked", "blocked by a paywall"),
    fault("403", html(PAGE, 403), "blocked", "HTTP 403"),
    fault("407", html(PAGE, 407), "blocked", "a proxy login"),
    fault("451", html(PAGE, 451), "blocked", "a legal order"),
    *(fault(f"{status}", html(PAGE, status), "gone", f"HTTP {status}") for status in (404, 410)),
    *(fault(f"{status}", html(PAGE, status), "failed", f"HTTP {status}") for status in (500, 502, 503, 504, 520, 599)),
    fault("999", html(PAGE, 999), "failed", "HTTP 999"),
    fault("99", html(PAGE, 99), "failed", BROKE_OFF),
    fault("2000", html(PAGE, 2000), "failed", BROKE_OFF),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), STATUSES)
def test_a_status(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)


def with_headers(lines: bytes, body: str = PAGE) -> bytes:
    """A page with further lines in its head, as they are."""
    raw = html(body)
    return raw.replace(b"connection: close", lines + b"\r\nconnection: close", 1)


HEADERS = [
    fault("many", with_headers(b"\r\n".join(b"x-%d: 1" % n for n in range(200))), "failed", "more than 100 headers"),
    fault("a huge one", with_headers(b"x-a: " + b"a" * 80_000), "failed", "more than 65,536 bytes"),
    fault("larger than any", stream(b"HTTP/1.1 200 OK\r\nx-a: ", b"a" * 10_000, 1_000), "failed", BROKE_OFF),
    fault("many cookies", with_headers(b"\r\n".join([b"set-cookie: a=" + b"b" * 1_000] * 60)), "fetched"),
    fault("one without a colon", with_headers(b"x-a"), "failed", BROKE_OFF),
    fault("one without a name", with_headers(b": a"), "failed", BROKE_OFF),
    fault("a space before the colon", with_headers(b"x-a : b"), "failed", BROKE_OFF),
    fault("one in two lines", with_headers(b"x-a: b\r\n c"), "fetched"),
    fault("a line that ends in LF alone", with_headers(b"x-a: b\nx-c: d"), "fetched"),
    fault("a CR within one", with_headers(b"x-a: b\rset-cookie: c"), "failed", BROKE_OFF),
    fault("a NUL within one", with_headers(b"x-a: b\0c"), "failed", BROKE_OFF),
    fault("odd bytes", with_headers("x-a: \u09ac\u09be\x7f".encode()), "fetched"),
    fault("no reason phrase", html(PAGE).replace(b" X\r\n", b"\r\n", 1), "fetched"),
    fault(
        "two types, the first is no page", with_headers(b"content-type: text/plain"), "unreadable", "no parser of bad"
    ),
    fault("a type of nonsense", html(PAGE, content_type="%%%"), "unreadable", "no parser of bad"),
    fault("no type", reply(PAGE.encode()), "fetched"),
    fault("text/plain", html(PAGE, content_type="text/plain"), "unreadable", "no parser of bad"),
    fault("another length in two lines", with_headers(b"content-length:\r\n 5"), "failed", BROKE_OFF),
    fault("dates of nonsense", with_headers(b"date: yesterday\r\nlast-modified: \xff\r\nage: -1"), "fetched"),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), HEADERS)
def test_headers(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)


WALLS = [
    fault("a challenge by its header", html(PAGE, cf_mitigated="challenge"), "blocked", "a Cloudflare challenge"),
    fault("a challenge by its title", html(page_of("Just a moment...", ("Wait",))), "blocked", "Cloudflare challenge"),
    fault("a challenge with 403", html(page_of("Just a moment...", ("Wait",)), 403), "blocked", "Cloudflare challenge"),
    fault("a challenge with 503", html(page_of("Just a moment...", ("Wait",)), 503), "blocked", "Cloudflare challenge"),
    fault("a captcha", html(page_of("Hello", ('<b class="g-recaptcha">?</b>',))), "blocked", "a captcha"),
    fault("a consent page", html(page_of("We value your privacy", ("Accept all",))), "blocked", "a consent page"),
    fault("a login", html(page_of("Log in to continue", ("Name",))), "blocked", "a login"),
    fault("a firewall", html(page_of("Access Denied", ("Reference 18.2",))), "blocked", "a firewall"),
    fault("soft 404", html(page_of("404 Not Found", ())), "gone", "a page that is none"),
    fault("soft 404 in Bengali", html(page_of("পাতাটি পাওয়া যায়নি", ())), "gone", "a page that is none"),
    fault(
        "the front page at its address",
        html('<html><head><link rel="canonical" href="/"></head><body><h2>News</h2></body></html>'),
        "gone",
        "which is no story",
    ),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), WALLS)
def test_a_wall(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)


def in_charset(charset: str, declared: str = "") -> bytes:
    return html(PAGE.encode(charset), content_type=f"text/html{declared and f'; charset={declared}'}")


def story_with(markup: str) -> str:
    return page_of(TITLE, TEXT).replace("</body>", f"{markup}</body>")


ATTRIBUTES = "<b " + " ".join(f"a{number}" for number in range(28_000)) + ">"
PAGES = [
    fault("UTF-8 that calls itself Latin-1", in_charset("utf-8", "iso-8859-1"), "fetched"),
    fault("UTF-8 that calls itself nonsense", in_charset("utf-8", "klingon"), "fetched"),
    fault("a codec of Python's own", in_charset("utf-8", "unicode_escape"), "fetched"),
    fault("Windows-1251", in_charset("cp1251", "windows-1251"), "fetched"),
    fault("Windows-1251 that does not say so", in_charset("cp1251"), "fetched"),
    fault("Windows-1251 that calls itself UTF-8", in_charset("cp1251", "utf-8"), "unreadable", "not valid UTF-8"),
    fault("KOI8-R", in_charset("koi8-r", "koi8-r"), "fetched"),
    fault("UTF-16 with a mark", in_charset("utf-16"), "fetched"),
    fault("UTF-16 without a mark", in_charset("utf-16-le", "utf-16"), "fetched"),
    fault("UTF-16 cut within its last letter", html(PAGE.encode("utf-16")[:-1]), "fetched"),
    fault("UTF-16 cut in the middle", html(PAGE.encode("utf-16")[: len(PAGE)]), "unreadable", "the page breaks off"),
    fault("one broken byte", html(PAGE.encode().replace("ш".encode(), b"\xd1")), "unreadable", "not valid UTF-8"),
    fault("NUL bytes", html(PAGE.replace("<p>", "<p>\0")), "fetched"),
    fault("empty", html(""), "unreadable", "there is no story"),
    fault("white space", html(" \n" * 500), "unreadable", "there is no story"),
    fault("a title alone", html(page_of(TITLE, ())), "unreadable", "there is no story"),
    fault("an empty body", html(page_of(TITLE, (" ", "\u200b"))), "unreadable", "the body is empty"),
    fault("cut", html(PAGE[:-40]), "unreadable", "the page breaks off"),
    fault("cut in the middle", html(PAGE[: len(PAGE) // 2]), "unreadable", "the page breaks off"),
    fault("an error behind the story", html(story_with("<b>Fatal error</b>: in /srv/x.php")), "fetched"),
    fault(
        "an error of the database", html("Error establishing a database connection"), "unreadable", "there is no story"
    ),
    fault("a folder's list", html("<html><h1>Index of /</h1><ul><li>a</ul></html>"), "unreadable", "there is no story"),
    fault("PDF", html(b"%PDF-1.7\n\xe2\xe3", content_type="application/pdf"), "unreadable", "no parser of bad"),
    fault("PNG called HTML", html(b"\x89PNG\r\n\x1a\n" + bytes(500)), "unreadable", "there is no story"),
    fault("JSON", html('{"error": 1}', content_type="application/json"), "unreadable", "no parser of bad"),
    fault("50 MB", stream(html("", content_length="50000000"), b"<p>a</p>\n" * 5_000, 1_112), "failed", TOO_MUCH),
    fault("nested deeply", html(story_with("<b>" * 25_000)), "fetched"),
    fault("nested without end", html(story_with("<b>" * 50_000)), "unreadable", "more than 40,000 tags"),
    fault("all attributes", html(story_with(ATTRIBUTES)), "unreadable", "thousands of attributes"),
    fault("a comment without end", html(story_with("<!--" + "-" * 100_000)), "fetched"),
    fault("references", html(story_with("&" * 100_000)), "fetched"),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), PAGES)
def test_a_page(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)
