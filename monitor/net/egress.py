"""The one way out: every request for a page, a feed or robots.txt leaves through here, and reaches public hosts only.

    Egress          an httpx transport: scheme, host and port of the URL are judged, then a pool sends the request
    └── _Backend    resolves the name, judges every address, connects to the judged address itself, looks at the peer

A name is resolved once for each connection, and the connection is made to an address that was judged, not to the
name: a second, different answer of the resolver (DNS rebinding) has nobody to give it to. Redirects are requests of
their own. Of a name's addresses those that may not be connected to are left out, and only where none is left is the
request refused: safety rests on each address that is connected to, and sites do publish a stray ::1 beside their
public address.

Behind a proxy, which only the configuration can name, the proxy resolves names and connects. What is written as an
address is still judged here, numeric spellings and localhost included; names are the proxy's to judge. The proxy
itself may stand anywhere.

The rules are in `monitor.core.addresses`. Certificates are always verified.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import httpcore
import httpx

from monitor.core.addresses import Address, Allowed, allowed, in_turns, is_host, literal, refusal

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a name; raises OSError."""

_PATIENCE: Final = 5.0
"""Seconds in which a connection to one address must come about, or the next one is tried: three SYNs (RFC 6298)."""

_PORTS: Final = MappingProxyType({"http": 80, "https": 443})
_CONNECTIONS: Final = 500
"""Connections at once, of all hosts together. No host has two (monitor.net.turns): a slow one must hold up no other."""

_KEPT: Final = 10
_KEPT_FOR: Final = 5.0
# Both libraries call their exceptions by the same names.
_EXCEPTIONS: Final = MappingProxyType(
    {
        getattr(httpcore, name): getattr(httpx, name)
        for name in (
            *("TimeoutException", "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"),
            *("NetworkError", "ConnectError", "ReadError", "WriteError"),
            *("ProxyError", "UnsupportedProtocol"),
            *("ProtocolError", "LocalProtocolError", "RemoteProtocolError"),
        )
    }
)


class Refused(httpx.ConnectError):
    """The request was not made: what it asks for may not be connected to."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for a name's addresses, best first (RFC 6724)."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Egress(httpx.AsyncBaseTransport):
    """Sends requests to public hosts, and to those in `allow`; raises httpx's exceptions, and Refused.

    A response's extension "address" is the IP address connected to; None behind a proxy, where it is not known.
    `tls` verifies servers, by default against certifi's authorities. `names` resolves and `wire` connects.
    """

    def __init__(
        self,
        allow: Sequence[Allowed] = (),
        *,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
        names: Resolver = resolve,
        wire: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow = tuple(allow)
        self._proxied = proxy is not None
        wire, tls = wire or httpcore.AnyIOBackend(), tls or httpx.create_ssl_context(trust_env=False)
        if proxy is None:
            self._pool = _direct(_Backend(self._allow, names, wire), tls)
        else:
            self._pool = _through(httpx.Proxy(proxy), names, wire, tls)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the response's body is still to be read."""
        url = request.url
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"not an http(s) address: {url}")
        host, port = url.raw_host.decode("ascii"), _PORTS[url.scheme] if url.port is None else url.port
        if not is_host(host):
            raise Refused(f"{host or 'an empty text'} is not connected to: it is no name of a host")
        if self._proxied and (why := refusal(host, literal(host), port, self._allow)):
            raise Refused(why)
        with _as_httpx():
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        address = None if self._proxied else str(_address_of(response.extensions["network_stream"]))
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions={**response.extensions, "address": address},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """A body as it comes in."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        with _as_httpx():
            await self._response.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were judged."""

    def __init__(self, allow: Sequence[Allowed], names: Resolver, wire: httpcore.AsyncNetworkBackend) -> None:
        self._allow = allow
        self._names = names
        self._wire = wire

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers. Raises Refused where none may be connected to."""
        problem: Exception | None = None
        for address in await self._addresses(host, port):
            try:
                stream = await self._wire.connect_tcp(
                    str(address), port, min(timeout or _PATIENCE, _PATIENCE), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
                continue
            if (peer := _address_of(stream)) != address:
                await stream.aclose()
                raise Refused(f"{host} is not connected to: {peer} answered in place of {address}")
            return _Stream(stream)
        raise problem or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - as the base class has it
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: sites are not asked through files."""
        raise Refused(f"{path} is not connected to: it is a socket of this machine")

    async def _addresses(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of a host that may be connected to."""
        if written := literal(host):
            found: Sequence[Address] = [written]
        else:
            try:
                found = in_turns(map(ip_address, await self._names(host, port)))
            except OSError as error:
                raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error
        judged = {address: refusal(host, address, port, self._allow) for address in found}
        refusals = [why for why in judged.values() if why]
        if refusals and len(refusals) == len(judged):
            raise Refused(refusals[0])
        return [address for address, why in judged.items() if not why]


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed where its encryption is given up at the deadline: httpcore would leave it open."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _direct(backend: _Backend, tls: ssl.SSLContext) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=tls,
        network_backend=backend,
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_KEPT,
        keepalive_expiry=_KEPT_FOR,
    )


def _through(
    proxy: httpx.Proxy, names: Resolver, wire: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext
) -> httpcore.AsyncConnectionPool:
    """A pool whose connections can lead to the proxy alone."""
    host, port = proxy.url.raw_host.decode("ascii"), proxy.url.port or _PORTS[proxy.url.scheme]
    itself = allowed(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return httpcore.AsyncHTTPProxy(
        httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=port, target=b"/"),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        proxy_ssl_context=tls if proxy.url.scheme == "https" else None,
        network_backend=_Backend([itself], names, wire),
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_KEPT,
        keepalive_expiry=_KEPT_FOR,
    )


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Give httpcore's exceptions the classes that users of httpx know."""
    try:
        yield
    except tuple(_EXCEPTIONS) as error:
        kind = next(_EXCEPTIONS[each] for each in type(error).__mro__ if each in _EXCEPTIONS)
        raise kind(str(error)) from error


def _address_of(stream: httpcore.AsyncNetworkStream) -> Address | None:
    """The address at the other end of a connection."""
    peer: Any = stream.get_extra_info("server_addr")
    return ip_address(peer[0]) if peer else None
