"""What only shows from request to request: hosts that want less, hosts that are down, validators that mean nothing."""

import asyncio
import gzip
from datetime import timedelta

import pytest

from tests.faults.press import HOUR, PAGE, STORY, TEXT, TITLE, Press, feed, html, page_of, xml
from tests.faults.strikes import told, unharmed
from tests.net.server import Handler, reply

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EDIT = (TITLE, (*TEXT, "Добавлено."))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7200", 7_200),
        ("Sun, 22 Nov 2026 12:00:00 GMT", 4 * 3_600),
        ("Sunday, 22-Nov-26 12:00:00 GMT", 4 * 3_600),
        ("99999999999999999999", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        # a host that says nothing of use is left alone for a minute, and up to a quarter more
        *(
            (value, None)
            for value in ("", "soon", "-5", "0", "1e9", "٣", "Sun, 22 Nov 1994 12:00:00 GMT", "Sun, 99 Nov")
        ),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_to_be_left_alone(press: Press, value: str, seconds: float | None, status: int) -> None:
    """The clock is at 8 in the morning when the host answers; it has two stories, so the second has to wait."""
    press.once()
    busy = reply(b"", status, retry_after=value, date="Sun, 22 Nov 2026 08:00:00 GMT")
    press.bad.pages |= {"/news/1": busy, "/news/2": busy, "/feed": xml(feed("/news/1", "/news/2"))}
    run = press.once()
    told(press.observed(press.bad)["/news/1"], "failed", f"HTTP {status}")
    if seconds is None:
        assert 60 <= max(press.clock.slept) <= 75.1
        assert press.observed(press.bad).keys() == {"/feed", "/news/1", "/news/2"}
    else:
        (deferral,) = run.deferrals
        assert (deferral.deferred.host, deferral.stories) == (press.bad.home.partition("://")[2], 1)
        left = (deferral.deferred.until - press.clock.at).total_seconds()
        assert seconds - 60 < left <= seconds
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)


def test_failures_in_a_row_close_a_host_and_one_answer_opens_it(press: Press) -> None:
    paths = [f"/news/{number}" for number in range(1, 9)]
    press.once()
    press.bad.pages |= {"/feed": xml(feed(*paths)), **dict.fromkeys(paths, html(PAGE, 500))}
    run = press.once()
    asked = [path for path in press.observed(press.bad) if path in paths]
    (deferral,) = run.deferrals
    assert (len(asked), deferral.stories) == (4, 4)
    assert deferral.deferred.why == "4 failures in a row: HTTP 500"
    unharmed(press)
    press.bad.pages |= dict.fromkeys(paths, html(PAGE))
    run = press.once()
    assert run.deferrals == ()
    assert sorted(press.versions(press.bad)) == [(path.lstrip("/"), STORY) for path in paths]
    unharmed(press)


def test_a_host_that_is_down_is_unreachable_and_comes_back(press: Press) -> None:
    press.once()
    press.bad.close()
    run = press.once()
    told(press.observed(press.bad)["/feed"], "failed", "no connection")
    told(press.observed(press.bad)["/news/1"], "failed", "no connection")
    assert [trouble.unreachable for trouble in run.troubles] == [True]
    assert not run.all_unreachable
    unharmed(press)
    press.bad.reopen(None)
    run = press.once()
    assert (run.troubles, press.observed(press.bad)["/news/1"]) == ((), ("fetched", ""))
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)


def test_a_host_that_never_was_up(press: Press) -> None:
    press.bad.close()
    run = press.once()
    (trouble,) = run.troubles
    assert "not even its robots.txt" in trouble.why
    assert press.versions(press.bad) == []
    unharmed(press)


def conditional(page: bytes, etag: str) -> Handler:
    """A page that is not modified for whoever knows it by this ETag."""

    async def answer(head: str, writer: asyncio.StreamWriter) -> None:
        known = f"if-none-match: {etag.lower()}\r\n" in head.lower()
        writer.write(reply(b"", 304, etag=etag) if known else html(page, etag=etag))

    return answer


def test_an_etag_that_lies_is_found_out_within_a_day_and_not_believed_again(press: Press) -> None:
    press.bad.pages["/news/1"] = conditional(PAGE.encode(), '"a"')
    press.once()
    edited = page_of(*EDIT).encode()
    press.bad.pages["/news/1"] = conditional(edited, '"a"')
    press.once()
    told(press.observed(press.bad)["/news/1"], "not-modified", "the server says")
    press.once(wait=DAY)
    assert press.versions(press.bad) == [("news/1", STORY), ("news/1", EDIT)]
    press.once()
    assert press.observed(press.bad)["/news/1"] == ("fetched", "")
    unharmed(press)


def test_an_etag_that_is_always_another_is_no_edit(press: Press) -> None:
    for number in range(4):
        press.bad.pages["/news/1"] = conditional(PAGE.encode(), f'W/"{number}"')
        press.once()
        assert press.observed(press.bad)["/news/1"] == ("fetched", "")
    assert press.versions(press.bad) == [("news/1", STORY)]


@pytest.mark.parametrize("etag", ['"', "a", '"a" , "b"', "*", '"\xe4"', '"' + "a" * 9_000 + '"', ""])
def test_an_etag_of_nonsense_does_no_harm(press: Press, etag: str) -> None:
    for _ in range(2):
        press.bad.pages["/news/1"] = html(PAGE, etag=etag)
        press.once()
    assert press.observed(press.bad)["/news/1"] == ("fetched", "")
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)


def test_a_story_that_comes_and_goes_is_no_deletion_and_no_edit(press: Press) -> None:
    for answer in (html(PAGE), html(PAGE, 404), html(PAGE, 500), html(gzip.compress(PAGE.encode())), html(PAGE)):
        press.bad.pages["/news/1"] = answer
        press.once(wait=HOUR)
    assert press.versions(press.bad) == [("news/1", STORY)]
    unharmed(press)
