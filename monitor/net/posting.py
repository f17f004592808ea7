"""Posting messages: one request each, through the egress that pages take, and what its answer means.

The head of an answer is the answer. Its body is read as far as that is soon done, so that the connection can be used
again, and is not looked at: nothing that a receiver writes there goes on record.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx

from monitor.core.answers import Answer, Failed, answer_of
from monitor.core.headers import Headers
from monitor.core.politeness import retry_after
from monitor.net.egress import Refused
from monitor.pipeline.ports import Clock, Poster

_MOST: Final = 65_536
_PATIENCE: Final = 1.0


@dataclass(frozen=True, slots=True)
class HttpPoster(Poster):
    """Posts with an httpx client whose transport is the egress (monitor.net.request.new_http_client)."""

    http: httpx.AsyncClient
    clock: Clock

    async def post(self, url: str, body: bytes, headers: Headers) -> Answer:
        """Send one POST and return what its answer means."""
        try:
            async with self.http.stream("POST", url, content=body, headers=[*headers, ("accept", "*/*")]) as response:
                head = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
                await _read_off(response)
                return answer_of(response.status_code, retry_after(head, self.clock.now()))
        except Refused as refused:
            return Failed(str(refused))
        except httpx.ConnectError as error:
            return Failed(f"no connection: {_reason(error)}")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, ValueError) as error:
            return Failed(f"the request broke off: {_reason(error)}")

    async def close(self) -> None:
        """Close all connections."""
        await self.http.aclose()


async def _read_off(response: httpx.Response) -> None:
    """Read a body, unless it is long, slow or broken."""
    with suppress(TimeoutError, httpx.HTTPError, ssl.SSLError):
        async with asyncio.timeout(_PATIENCE):
            size = 0
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > _MOST:
                    return


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
