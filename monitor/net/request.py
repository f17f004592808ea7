"""One HTTP request, bounded in time and in bytes.

httpx inflates without bound (an 800-byte body can become a gigabyte), so bodies are read raw and inflated here under
the cap; only gzip is asked for, and a chain of encodings is refused.
"""

import asyncio
import ssl
import time
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeAlias

import httpx

from monitor.core.headers import Headers, header
from monitor.core.outcomes import Exchange, Failed, Hop
from monitor.net.egress import Egress, Refused
from monitor.pipeline.ports import Clock

HttpClient: TypeAlias = httpx.AsyncClient

_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip", "deflate"})
_STEP: Final = 65_536
# 32 + 15: zlib reads the header, gzip or zlib, itself
_ANY_HEADER: Final = 47
_MOST_HEADERS: Final = 100
_LONGEST_HEADERS: Final = 65_536


class _Broken(Exception):  # noqa: N818 - becomes an outcome
    """What arrived is no whole answer."""


class _TooMuch(Exception):  # noqa: N818 - becomes an outcome
    """There is more of an answer than is taken."""


class _Direct(httpx.AsyncClient):
    """Hands each request to its transport, and each answer back.

    In between, httpx would keep cookies, and would read where an answer redirects to, though it follows nothing: with
    a Location that is no address the whole answer would be lost.
    """

    def __init__(self, egress: Egress, headers: dict[str, str]) -> None:
        # the deadline of the whole request, in Client, takes the place of httpx's timeouts of its parts
        super().__init__(headers=headers, transport=egress, trust_env=False, timeout=None)
        self._egress = egress

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request; the answer's body is still to be read."""
        return await self._egress.handle_async_request(request)


def new_http_client(user_agent: str, *, egress: Egress) -> httpx.AsyncClient:
    """Return an httpx client that names the project, keeps no cookies and follows nothing by itself."""
    headers = {
        "User-Agent": user_agent,
        "Accept-Encoding": "gzip",
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    }
    return _Direct(egress, headers)


@dataclass(slots=True)
class _Answer:
    """What has arrived so far; `address` is the IP address it comes from."""

    address: str | None = None
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests.

    `deadline` is in seconds and covers the whole request, from the resolution of the name on. `max_bytes` is the size
    of a body beyond which a request is given up, both as it comes over the wire and inflated.
    """

    http: httpx.AsyncClient
    clock: Clock
    deadline: float
    max_bytes: int

    async def request(self, url: str, *, headers: Headers = (), cut_at: int | None = None) -> Exchange | Failed:
        """Send one GET; a response that was not received whole is Failed.

        `headers` are sent besides the usual ones. `cut_at` takes the place of `max_bytes`, and what is beyond it is
        left out without harm. The exchange has one hop; its `robots` is the caller's to fill in.
        """
        at, started, answer, error = self.clock.now(), time.monotonic(), _Answer(), None
        try:
            async with asyncio.timeout(self.deadline):
                await self._receive(url, headers, cut_at, answer)
        except (
            TimeoutError,
            _Broken,
            _TooMuch,
            httpx.HTTPError,
            httpx.InvalidURL,
            ssl.SSLError,
            ValueError,
        ) as problem:
            error = problem
        elapsed = time.monotonic() - started
        hops = (Hop(url, "", answer.status, answer.address, elapsed),)
        if error:
            return self._failed(Exchange(url, url, at, elapsed=elapsed, hops=hops), error)
        return Exchange(url, url, at, answer.status, answer.headers, answer.body, elapsed, hops=hops)

    async def close(self) -> None:
        """Close all connections."""
        await self.http.aclose()

    async def _receive(self, url: str, headers: Headers, cut_at: int | None, answer: _Answer) -> None:
        address = httpx.URL(url)
        if address.userinfo:
            raise ValueError("the address holds a user name or a password")  # RFC 9110, 4.2.4: an error, or a trick
        # an ETag may have letters beyond ASCII, and goes back as it came
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        async with self.http.stream("GET", address, headers=sent) as response:
            answer.address, answer.status = response.extensions["address"], response.status_code
            answer.headers = _headers_of(response)
            if answer.status == 304 and not _is_conditional(headers):
                raise _Broken('the answer is "not modified", though that was not asked')
            answer.body = await self._body(response, cut_at)

    async def _body(self, response: httpx.Response, cut_at: int | None) -> bytes:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _PLAIN | _GZIP:
            raise _Broken(f"the body is encoded as {encoding!r}, which was not asked for")
        body = _Bounded(self.max_bytes if cut_at is None else cut_at)
        try:
            await (_plain(response, body) if encoding in _PLAIN else _inflated(response, body))
        except _TooMuch:
            if cut_at is None:
                raise
        return body.bytes.getvalue()

    def _failed(self, exchange: Exchange, error: Exception) -> Failed:
        match error:
            case TimeoutError():
                return Failed(exchange, f"no whole answer within {self.deadline:g} s")
            case _Broken():
                return Failed(exchange, str(error))
            case _TooMuch() | Refused():
                return Failed(exchange, str(error), retryable=False)
            case httpx.ConnectError() | httpx.ConnectTimeout():
                return Failed(exchange, f"no connection: {_reason(error)}", unreachable=not _is_of_tls(error))
            case httpx.InvalidURL() | httpx.UnsupportedProtocol() | ValueError():
                # what cannot be asked for today cannot be tomorrow; ValueError: host names that IDNA does not know
                return Failed(exchange, f"the request broke off before it began: {_reason(error)}", retryable=False)
            case _:
                return Failed(exchange, f"the request broke off: {_reason(error)}")


class _Bounded:
    """A body that grows up to a limit, then raises _TooMuch; what is beyond the limit is left out.

    `received` counts bytes of the wire: a compressed body may be endless and still inflate to nothing.
    """

    def __init__(self, limit: int) -> None:
        self.bytes = BytesIO()  # its getvalue() makes no copy
        self._limit = limit
        self._received = 0

    def receive(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._received > self._limit:
            raise self._too_much()

    def add(self, part: bytes) -> None:
        room = self._limit - self.bytes.tell()
        self.bytes.write(part[:room])
        if len(part) > room:
            raise self._too_much()

    def _too_much(self) -> _TooMuch:
        return _TooMuch(f"the body has more than {self._limit:,} bytes")


async def _plain(response: httpx.Response, body: _Bounded) -> None:
    async for chunk in response.aiter_raw():
        body.add(chunk)


async def _inflated(response: httpx.Response, body: _Bounded) -> None:
    inflate, started = zlib.decompressobj(_ANY_HEADER), False
    try:
        async for chunk in response.aiter_raw():
            rest, started = chunk, True
            while rest:
                body.add(inflate.decompress(rest, _STEP))
                rest = inflate.unconsumed_tail
            body.receive(chunk)
    except zlib.error as error:
        raise _Broken(f"the compressed body is damaged: {error}") from error
    if inflate.unused_data:
        raise _Broken("there is more behind the end of the compressed body")
    if not inflate.eof and started:
        raise _Broken("the compressed body breaks off before its end")


def _headers_of(response: httpx.Response) -> Headers:
    """The headers as sent. Raises _Broken where there are more than a server has reason for."""
    raw = response.headers.raw
    if len(raw) > _MOST_HEADERS:
        raise _Broken(f"the answer has more than {_MOST_HEADERS} headers")
    if sum(len(name) + len(value) for name, value in raw) > _LONGEST_HEADERS:
        raise _Broken(f"the headers of the answer have more than {_LONGEST_HEADERS:,} bytes")
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _is_conditional(headers: Headers) -> bool:
    return any(header(headers, name) is not None for name in ("if-none-match", "if-modified-since"))


def _is_of_tls(error: BaseException | None) -> bool:
    """Whether a connection came about, and only its encryption did not. (httpcore's pool cuts off causes.)"""
    return error is not None and (isinstance(error, ssl.SSLError) or _is_of_tls(error.__cause__ or error.__context__))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
