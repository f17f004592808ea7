"""What can be wrong with a feed or a sitemap: what it does list is found, and what is on record goes on being checked."""

import gzip
from dataclasses import replace

import pytest

from monitor.sitekit.site import Source
from monitor.sitekit.sitemaps import sitemap_links
from tests.faults.press import PAGE, PATIENT, STORY, TITLE, Press, feed, html, page_of, xml
from tests.faults.strikes import SHORT, TOO_LATE, fault, told, unharmed
from tests.net.server import HANGS, Reply, reply, stream

GOOD = feed("/news/1", "/news/2")
HEAD, ITEMS = GOOD.partition("<item>")[0], "<item>" + GOOD.partition("<item>")[2]
LISTS_NOTHING, BROKE_OFF = "no feed, or one that lists nothing", "the request broke off"
BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>'
XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + GOOD.partition("?>")[2]

LISTS = [
    fault("words before it", xml(f"Warning: foo() in /srv/x.php on line 3\n{GOOD}"), "fetched"),
    fault("words behind it", xml(f"{GOOD}<!-- 0.2 s --><p>Warning"), "fetched"),
    fault("cut in its last entry", xml(GOOD[:-30] ), "fetched"),
    fault("bare ampersands", xml(GOOD.replace(TITLE, "Q & A <b>&nbsp;</b>")), "fetched"),
    fault("control characters", xml(GOOD.replace(TITLE, "\x00\x0b\x1f")), "fetched"),
    fault("half a surrogate pair", xml(GOOD.replace(TITLE, "&#xD800;")), "fetched"),
    fault("tags that cross", xml(GOOD.replace(TITLE, "<b><i></b></i>")), "fetched"),
    fault("a charset that it has not", xml(GOOD.replace("utf-8", "utf-16")), "fetched"),
    fault("Windows-1251", xml(GOOD.replace("utf-8", "windows-1251").encode("cp1251")), "fetched"),
    fault("broken bytes", xml(GOOD.encode().replace(TITLE.encode(), b"\xd0\xff\xfe")), "fetched"),
    fault("the type of a page", xml(GOOD).replace(b"application/xml", b"text/html"), "fetched"),
    fault("no version", xml(GOOD.replace(" version='2.0'", "")), "fetched"),
    fault("an entry without address", xml(HEAD + "<item><title>a</title></item>" + ITEMS), "fetched"),
    fault("addresses that are none", xml(HEAD + "".join(f"<item><link>{each}</link></item>" for each in ("http://[", "javascript:a", "//", "file:///etc/passwd", "mailto:a@b", "http://a:b/")) + ITEMS), "fetched"),
    fault("a very long address", xml(HEAD + f"<item><link>{{here}}/news/{'9' * 9_000}</link></item>" + ITEMS), "fetched"),
    fault("a very long headline", xml(GOOD.replace(TITLE, "а" * 40_000)), "fetched"),
    fault("every entry a hundred times", xml(HEAD + ITEMS.partition("</channel>")[0] * 100 + "</channel></rss>"), "fetched"),
    fault("relative addresses", xml(GOOD.replace("{here}", "")), "fetched"),
    fault("JSON", xml('{"items": [{"url": "{here}/news/1"}, 5, {"url": "{here}/news/2"}, {"url": {}}]}'), "fetched"),
]  # fmt: skip
NOTHING = [
    fault("a page", html(page_of("Maintenance", ("Back soon",))), "unreadable", LISTS_NOTHING),
    fault("empty", xml(""), "unreadable", LISTS_NOTHING),
    fault("a feed without entries", xml(feed()), "unreadable", LISTS_NOTHING),
    fault("cut before its first entry", xml(HEAD), "unreadable", LISTS_NOTHING),
    fault("entities", xml(BOMB), "unreadable", "entities of its own"),
    fault("a file as an entity", xml(XXE), "unreadable", "entities of its own"),
    fault("nested without end", xml("<rss>" + "<a>" * 60_000), "unreadable", LISTS_NOTHING),
    fault("JSON nested without end", xml("[" * 150_000), "unreadable", LISTS_NOTHING),
    fault("JSON of nonsense", xml('{"items": {"a": 1}}'), "unreadable", LISTS_NOTHING),
    fault("an address of infinite numbers", xml('{"items": [{"url": 1e999}, {"url": NaN}]}'), "unreadable", LISTS_NOTHING),
    fault("a tag that nothing closes", xml(GOOD.replace(TITLE, "<b>")), "unreadable", LISTS_NOTHING),
    fault("a picture", reply(b"\x89PNG\r\n\x1a\n" + bytes(5_000)), "unreadable", LISTS_NOTHING),
    fault("a gzip bomb in its body", reply(gzip.compress(bytes(60_000_000))), "unreadable", "inflates to more than"),
    fault("half a gzip file", reply(gzip.compress(GOOD.encode())[:-9]), "unreadable", "gzip"),
    fault("404", reply(b"", 404), "gone", "HTTP 404"),
    fault("500", reply(b"", 500), "failed", "HTTP 500"),
    fault("a challenge", html(page_of("Just a moment...", ("Wait",)), 403), "blocked", "Cloudflare"),
    fault("a redirect to itself", reply(b"", 301, location="/feed"), "failed", "redirects in a loop"),
    fault("a redirect to a private address", reply(b"", 301, location="http://192.168.0.1/"), "failed", "not connected to"),
    fault("closed in it", reply(GOOD.encode()[:-9], content_length="9999"), "failed", BROKE_OFF),
    fault("silent", HANGS, "failed", TOO_LATE),
    fault("drips", stream(b"HTTP/1.1 200 OK\r\n\r\n" + HEAD.encode(), b" ", 10**9), "failed", TOO_LATE),
    fault("endless", stream(b"HTTP/1.1 200 OK\r\n\r\n" + HEAD.encode(), b"<item/>" * 1_000, 10**9), "failed", "more than 200,000 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome", "why"), LISTS + NOTHING)
def test_a_feed(press: Press, answer: Reply, outcome: str, why: str) -> None:
    press.once()
    press.bad.pages |= {"/feed": answer, "/news/2": html(PAGE)}
    run = press.once(deadline=SHORT if why == TOO_LATE else PATIENT)
    told(press.observed(press.bad)["/feed"], outcome, why)
    told(press.observed(press.bad)["/news/1"], "fetched", "")
    fine = outcome == "fetched"
    assert press.versions(press.bad) == [(key, STORY) for key in ("news/1", "news/2")[: 2 if fine else 1]]
    assert [trouble.url for trouble in run.troubles] == ([] if fine else [f"{press.bad.home}/feed"])
    unharmed(press)


def index(*paths: str) -> bytes:
    return xml(
        "<sitemapindex>"
        + "".join(f"<sitemap><loc>{{here}}{path}</loc></sitemap>" for path in paths)
        + "</sitemapindex>"
    )


def sitemap(*paths: str) -> bytes:
    return xml("<urlset>" + "".join(f"<url><loc>{{here}}{path}</loc></url>" for path in paths) + "</urlset>")


SITEMAPS = [
    fault("an index of itself", index("/map"), "unreadable", "lists nothing"),
    fault("an index in a loop", index("/a"), "fetched", ""),
    fault("an index of others' maps", index("/none", "/good"), "fetched", ""),
    fault("an index of a thousand", index(*(f"/none/{number}" for number in range(1_000))), "fetched", ""),
    fault("a map of other pages", sitemap("/weather", "/sport"), "fetched", ""),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), SITEMAPS)
def test_a_sitemap(press: Press, answer: Reply, outcome: str, why: str) -> None:
    press.bad.site = replace(press.bad.site, sources=(Source("sitemap", f"{press.bad.home}/map", sitemap_links),))
    press.bad.pages |= {
        "/map": sitemap("/news/1"),
        "/a": index("/b"),
        "/b": index("/a", "/map"),
        "/good": sitemap("/news/1"),
    }
    press.once()
    press.bad.pages["/map"] = answer
    press.once()
    observed = press.observed(press.bad)
    told(observed["/map"], outcome, why)
    assert len(observed) <= 12
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)
