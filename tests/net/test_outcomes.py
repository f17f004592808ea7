"""From a response to an outcome: statuses, and walls in front of stories."""

from datetime import UTC, datetime

import pytest

from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, NotModified
from monitor.net.outcomes import outcome_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
STORY = (
    b"<html><head><title>"
    + "পুতিন-কিম বৈঠক".encode()
    + b"</title></head><body><p>"
    + b"word " * 400
    + b"</p></body></html>"
)


def exchange(status: int, body: bytes = STORY, headers: dict[str, str] | None = None) -> Exchange:
    return Exchange("https://example.org/a", "https://example.org/a", AT, status, tuple((headers or {}).items()), body)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, Fetched), (203, Fetched), (304, NotModified), (401, Blocked), (402, Blocked), (403, Blocked), (404, Gone), (410, Gone), (400, Failed), (429, Failed), (451, Blocked), (500, Failed), (503, Failed), (302, Failed)],
)  # fmt: skip
def test_status(status: int, kind: type) -> None:
    assert type(outcome_of(exchange(status))) is kind


@pytest.mark.parametrize(
    ("status", "retryable"), [(400, False), (408, True), (429, True), (500, True), (503, True), (302, False)]
)
def test_which_failures_may_pass(status: int, retryable: bool) -> None:
    outcome = outcome_of(exchange(status))
    assert isinstance(outcome, Failed)
    assert outcome.retryable is retryable


@pytest.mark.parametrize(
    ("status", "body", "headers", "wall"),
    [
        (200, b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>", {}, "Cloudflare"),
        (403, b"<title>Attention Required! | Cloudflare</title>Sorry, you have been blocked", {}, "Cloudflare"),
        (503, b"<title>Just a moment...</title>", {}, "Cloudflare"),
        (200, b"Just a moment...\nEnable JavaScript and cookies to continue\n", {}, "Cloudflare"),
        (200, STORY, {"cf-mitigated": "challenge"}, "Cloudflare"),
        (202, b"", {"x-amzn-waf-action": "challenge"}, "AWS"),
        (200, b"<html><body><script src='/_Incapsula_Resource?x=1'></script></body></html>", {}, "Imperva"),
        (
            200,
            b"<html><head><title>a</title></head><script src='https://ct.captcha-delivery.com/c.js'></script></html>",
            {},
            "DataDome",
        ),
        (200, b"<title>Before you continue to Example</title><form>I agree</form>", {}, "consent"),
        (200, b"<title>Access Denied</title>Reference #18.2d", {}, "firewall"),
        (200, b"<title>dailyinqilab.com</title><div class='cf-turnstile'></div>", {}, "Cloudflare"),
        (200, b"<title>Please Wait... | Cloudflare</title>", {}, "Cloudflare"),
        (200, b"<html><body><h1>Verifying you are human. This may take a few seconds.</h1></body></html>", {}, "robot"),
        (200, b"<html><body>Request unsuccessful. Incapsula incident ID: 1-2</body></html>", {}, "Imperva"),
        (200, b"Request unsuccessful. Incapsula incident ID: 1-2", {}, "Imperva"),
        (200, "<title>Making sure you’re not a bot!</title>".encode(), {}, "Anubis"),
        (200, b"<title>Bot Verification</title>", {}, "robot"),
        (200, b"<title>x</title><form><div class='g-recaptcha'></div></form>", {}, "captcha"),
        (200, b"<title>Vercel Security Checkpoint</title>", {}, "Vercel"),
        (200, b"Please verify you are a human\n", {}, "robot"),
        (200, b"<title>Log in to continue</title>", {}, "login"),
    ],
)
def test_wall(status: int, body: bytes, headers: dict[str, str], wall: str) -> None:
    outcome = outcome_of(exchange(status, body, headers))
    assert isinstance(outcome, Blocked)
    assert wall in outcome.why


@pytest.mark.parametrize(
    "body",
    [
        STORY,
        STORY.replace("পুতিন-কিম বৈঠক".encode(), b"Just a moment: the day in pictures"),
        STORY.replace(b"<body>", b"<body><p>Checking your browser before accessing the site, it said.</p>"),
        STORY.replace(b"<body>", b"<body><script src='/cdn-cgi/challenge-platform/h/b/main.js'></script>"),
        b"<title>Access denied: a film review</title>" + b"<p>word</p>" * 200,
        b"",
    ],
)
def test_no_wall(body: bytes) -> None:
    assert isinstance(outcome_of(exchange(200, body)), Fetched)
