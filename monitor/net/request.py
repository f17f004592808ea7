"""One HTTP request, bounded in time and in bytes.

httpx inflates without bound (an 800-byte body can become a gigabyte), so bodies are read raw and inflated here under
the cap; only gzip is asked for, and a chain of encodings is refused.
"""

import asyncio
import ssl
import time
import zlib
from dataclasses import dataclass
from typing import Final

import httpx

from monitor.core.headers import Headers
from monitor.core.outcomes import Exchange, Failed, Hop
from monitor.pipeline.ports import Clock

_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip", "deflate"})
_STEP: Final = 65_536
# 32 + 15: zlib reads the header, gzip or zlib, itself
_ANY_HEADER: Final = 47


class _TooMuch(Exception):  # noqa: N818 - becomes an outcome
    pass


class _Broken(Exception):  # noqa: N818 - becomes an outcome
    pass


def new_http_client(user_agent: str) -> httpx.AsyncClient:
    """Return an httpx client that names the project, keeps few connections and follows nothing by itself."""
    headers = {
        "User-Agent": user_agent,
        "Accept-Encoding": "gzip",
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    }
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=10)
    # the deadline of the whole request, in Client, takes the place of httpx's timeouts of its parts
    return httpx.AsyncClient(headers=headers, limits=limits, trust_env=False, timeout=None)  # noqa: S113


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests. `deadline` is in seconds and covers the whole request, `max_bytes` the inflated body."""

    http: httpx.AsyncClient
    clock: Clock
    deadline: float
    max_bytes: int

    async def request(self, url: str, *, headers: Headers = (), cut_at: int | None = None) -> Exchange | Failed:
        """Send one GET; a response that was not received whole is Failed. `cut_at` cuts the body without failing."""
        at, started = self.clock.now(), time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                status, received, body = await self._receive(url, headers, cut_at)
        except TimeoutError:
            why, settings = f"no whole answer within {self.deadline:g} s", {}
        except _TooMuch:
            why, settings = f"the body has more than {self.max_bytes:,} bytes", {"retryable": False}
        except _Broken as problem:
            why, settings = str(problem), {}
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            why, settings = f"no connection: {_reason(error)}", {"unreachable": True}
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, ValueError) as error:
            # ValueError: host names that IDNA does not know
            why, settings = f"the request broke off: {_reason(error)}", {}
        else:
            elapsed = time.monotonic() - started
            hops = (Hop(url, "", status, elapsed=elapsed),)
            return Exchange(url, url, at, status, received, body, elapsed, hops=hops)
        hops = (Hop(url, "", elapsed=time.monotonic() - started),)
        return Failed(Exchange(url, url, at, hops=hops), why, **settings)

    async def close(self) -> None:
        """Close all connections."""
        await self.http.aclose()

    async def _receive(self, url: str, extra: Headers, cut_at: int | None) -> tuple[int, Headers, bytes]:
        async with self.http.stream("GET", url, headers=list(extra)) as response:
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
            encoding = response.headers.get("content-encoding", "").strip().lower()
            return response.status_code, headers, await self._body(response, encoding, cut_at)

    async def _body(self, response: httpx.Response, encoding: str, cut_at: int | None) -> bytes:
        if encoding in _PLAIN:
            return await self._plain(response, cut_at)
        if encoding in _GZIP:
            return await self._inflated(response)
        raise _Broken(f"the body is encoded as {encoding!r}, which was not asked for")

    async def _plain(self, response: httpx.Response, cut_at: int | None) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_raw(_STEP):
            body += chunk
            if cut_at is not None:
                if len(body) >= cut_at:
                    return bytes(body[:cut_at])
                continue
            if len(body) > self.max_bytes:
                raise _TooMuch
        return bytes(body)

    async def _inflated(self, response: httpx.Response) -> bytes:
        inflate, body, started = zlib.decompressobj(_ANY_HEADER), bytearray(), False
        try:
            async for chunk in response.aiter_raw(_STEP):
                rest, started = chunk, True
                while rest:
                    body += inflate.decompress(rest, _STEP)
                    rest = inflate.unconsumed_tail
                    if len(body) > self.max_bytes:
                        raise _TooMuch
        except zlib.error as error:
            raise _Broken(f"the compressed body is damaged: {error}") from error
        if inflate.unused_data:
            raise _Broken("there is more behind the end of the compressed body")
        if not inflate.eof and started:
            raise _Broken("the compressed body breaks off before its end")
        return bytes(body)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
