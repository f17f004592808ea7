"""HTML that would take the parser minutes is refused, at once; what pages hold is not."""

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.sitekit.absent import why_absent
from monitor.sitekit.hazards import hazard
from monitor.sitekit.page import Page
from tests.pipeline.daily import DAILY

MANY = 100_000


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<div>" * MANY, "tags"),
        ("<a " + " ".join(f"a{n}" for n in range(MANY)) + ">", "attributes"),
        ("<a/" + "/".join(f"a{n}" for n in range(MANY)) + ">", "attributes"),
        ("<a " + "".join(f'a{n}=">"' for n in range(MANY)) + ">", "attributes"),
        ("<a " + " ".join(f"a{n} = '<>'" for n in range(MANY // 3)) + ">", "attributes"),
        ("<A b='" + "x" * 9000 + "'" + " ".join(f"a{n}" for n in range(MANY)), "attributes"),
        ("".join(f"<BODY a{n}=1>" for n in range(MANY // 3)), "attributes"),
        ("".join(f"<html a{n}=1>" for n in range(MANY // 3)), "attributes"),
        ("<a b='" * 39_000, "attributes"),
        ("".join("<a " + " ".join(f"a{n}" for n in range(5000)) + ">" for _ in range(40)), "attributes"),
    ],
)
def test_what_takes_minutes_is_refused(html: str, why: str) -> None:
    started = time.process_time()
    assert why in (hazard(html.encode()) or "")
    assert why_absent(Page("https://daily.example/news/1", "text/html", html.encode()), DAILY) is None
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<p class="a" id=b hidden>ক</p>' * 10_000,
        '<img src="data:image/png;base64,' + "QUJD" * 100_000 + '">',
        "<p>" + "কথা " * 100_000 + "</p>",
        "<script>" + "for (i = 0; i < n; i++) { a = b + c; }\n" * 5_000 + "</script>",
        "<script>if (a <b) {" + "x = y / 2;\n" * 2_000 + "}</script>",
    ],
)
def test_what_is_let_through_is_parsed_quickly(html: str) -> None:
    started = time.process_time()
    assert hazard(html.encode()) is None
    assert LexborHTMLParser(html).root is not None
    assert time.process_time() - started < 2
