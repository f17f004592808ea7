"""What can be wrong with a server's TLS: the paper was read before, and its server comes back with the fault."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.faults.press import PATIENT, STORY, at_press
from tests.faults.strikes import SHORT, TOO_LATE, to_own, told, unharmed

NAME = "127.0.0.1"
LONG_AGO, LATELY, SOME_DAY = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021, 2099))
CA = trustme.CA(key_type=trustme.KeyType.ECDSA)


def served(
    ca: trustme.CA = CA, name: str = NAME, since: datetime = LONG_AGO, until: datetime | None = None
) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(name, not_before=since, not_after=until, key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


def of_itself() -> ssl.SSLContext:
    return served(trustme.CA(key_type=trustme.KeyType.ECDSA))


def of_old() -> ssl.SSLContext:
    context = served()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


def fault(name: str, tls: Callable[[], ssl.SSLContext | None], outcome: str, why: str = "") -> Any:
    return pytest.param(tls, outcome, why, id=name)


FAULTS = [
    fault("none", served, "fetched"),
    fault("an authority that nobody knows", of_itself, "failed", "unable to get local issuer certificate"),
    fault("for another address", lambda: served(name="127.0.0.2"), "failed", "IP address mismatch"),
    fault("for a name", lambda: served(name="localhost"), "failed", "IP address mismatch"),
    fault("expired", lambda: served(until=LATELY), "failed", "certificate has expired"),
    fault("of the future", lambda: served(since=SOME_DAY), "failed", "certificate is not yet valid"),
    fault("too old a version", of_old, "failed", "no connection"),
    fault("no TLS at the port", lambda: None, "failed", TOO_LATE),
]


@pytest.mark.parametrize(("tls", "outcome", "why"), FAULTS)
def test_a_certificate(folder: Path, tls: Callable[[], ssl.SSLContext | None], outcome: str, why: str) -> None:
    with at_press(folder, CA, served()) as press:
        press.once()
        press.bad.reopen(tls())
        run = press.once(deadline=SHORT if why == TOO_LATE else PATIENT)
        told(press.observed(press.bad)["/news/1"], outcome, why)
        assert not any(each.unreachable for each in run.checked)
        assert press.versions(press.bad) == [("news/1", STORY)]
        unharmed(press)


def test_a_redirect_down_to_http_at_a_port_of_https(folder: Path) -> None:
    with at_press(folder, CA, served()) as press:
        press.once()
        press.bad.pages["/news/1"] = to_own("http://{}/news/1")
        press.once()
        told(press.observed(press.bad)["/news/1"], "failed", "the request broke off")
        assert press.versions(press.bad) == [("news/1", STORY)]
        unharmed(press)
