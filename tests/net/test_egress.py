"""The egress, on real listeners: what may not be connected to sees no connection, and what is allowed does.

Nothing can leave the machine: `Wire` dials loopback only, whatever it is told to, and `Names` asks no resolver.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx
import pytest

from monitor.core.addresses import allowed
from monitor.core.outcomes import Exchange, Failed
from monitor.net.egress import Egress
from monitor.net.redirects import redirect_of
from monitor.net.request import Client, new_http_client
from tests.clocks import FakeClock
from tests.net.server import reply

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is made quickly
PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:220:1:248:1893:25c8:1946"
NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    "good.example": [[PUBLIC]],
    "six.example": [[PUBLIC_6]],
    "loop.example": [["127.0.0.1"]],
    "loop6.example": [["::1"]],
    "intranet.example": [["10.0.0.5"]],
    "meta.example": [["169.254.169.254"]],
    "azure.example": [["168.63.129.16"]],
    "cgnat.example": [["100.64.1.1"]],
    "mapped.example": [["::ffff:10.0.0.5"]],
    "sixtofour.example": [["2002:a00:5::1"]],
    "nat64.example": [["64:ff9b::a00:5"]],
    "teredo.example": [["2001:0:1::1"]],
    "zone.example": [["fe80::1%1"]],
    "inside.example": [["10.0.0.5", "fd00::5"]],
    "mixed.example": [["127.0.0.1", PUBLIC, "10.0.0.5"]],
    "rebinding.example": [[PUBLIC], ["127.0.0.1"]],
    "empty.example": [[]],
    "localhost": [["127.0.0.1", "::1"]],
}


class Claiming(httpcore.AsyncNetworkStream):
    """A connection to loopback that says it leads to where it was asked to lead."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, peer: str) -> None:
        self._stream, self._peer = stream, peer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return await self._stream.start_tls(*args, **options)

    def get_extra_info(self, info: str) -> Any:
        return (self._peer, 80) if info == "server_addr" else self._stream.get_extra_info(info)


@dataclass
class Wire(httpcore.AsyncNetworkBackend):
    """Dials the listeners at `port` on loopback, whatever it is told to; `peer` is claimed in place of the truth."""

    port: int
    peer: str | None = None
    silent: frozenset[str] = frozenset()
    dialled: list[tuple[str, int]] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *_: object,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append((host, port))
        if host in self.silent:
            raise httpcore.ConnectTimeout
        loopback = "::1" if ":" in host else "127.0.0.1"
        return Claiming(await httpcore.AnyIOBackend().connect_tcp(loopback, self.port), self.peer or host)


@dataclass
class Names:
    """Answers from NAMES, the last answer again and again; any other name does not exist."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, _: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in NAMES:
            raise OSError("no such name")
        return NAMES[host][min(self.asked.count(host), len(NAMES[host])) - 1]


@dataclass
class Listeners:
    """On 127.0.0.1 and ::1, at one port; `heads` are the requests that came."""

    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    answer: bytes = reply(b"hello")


@asynccontextmanager
async def listening(answer: bytes = reply(b"hello")) -> AsyncIterator[Listeners]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listeners.connections += 1
        done = asyncio.Event()
        serving.append(done)
        with suppress(asyncio.IncompleteReadError, OSError):
            listeners.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(listeners.answer)
            await writer.drain()
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()
        done.set()

    serving: list[asyncio.Event] = []
    listeners = Listeners(answer=answer)
    four = await asyncio.start_server(serve, "127.0.0.1", 0)
    listeners.port = four.sockets[0].getsockname()[1]
    six = await asyncio.start_server(serve, "::1", listeners.port)
    try:
        yield listeners
    finally:
        for server in (four, six):
            server.close()
            await server.wait_closed()
        for done in serving:
            await done.wait()


@asynccontextmanager
async def client_of(*entries: str, proxy: str | None = None, **parts: Any) -> AsyncIterator[Client]:
    egress = Egress([allowed(entry) for entry in entries], proxy=proxy, tls=TLS, **parts)
    client = Client(new_http_client("monitor/test", egress=egress), FakeClock(), deadline=10, max_bytes=100_000)
    try:
        yield client
    finally:
        await client.close()


@dataclass
class Seen:
    """What came of a request, and what the other side saw of it."""

    came: Exchange | Failed
    dialled: list[tuple[str, int]]
    connections: int
    heads: list[str]
    asked: list[str]

    @property
    def why(self) -> str:
        assert isinstance(self.came, Failed), "it was let through"
        return self.came.why


def ask(url: str, *entries: str, proxy: str | None = None, **wiring: Any) -> Seen:
    async def run() -> Seen:
        async with listening() as listeners:
            wire, names = Wire(listeners.port, **wiring), Names()
            async with client_of(*entries, proxy=proxy, names=names, wire=wire) as client:
                came = await client.request(url)
            return Seen(came, wire.dialled, listeners.connections, listeners.heads, names.asked)

    return asyncio.run(run())


# A URL, and the address that is refused for it.
REFUSED = [
    ("http://127.0.0.1/", "127.0.0.1"),
    ("http://127.0.0.1:8080/", "127.0.0.1"),
    ("https://127.0.0.1/", "127.0.0.1"),
    ("http://127.8.9.10/", "127.8.9.10"),
    ("http://[::1]/", "::1"),
    ("http://[0:0:0:0:0:0:0:1]/", "::1"),
    ("http://0.0.0.0/", "0.0.0.0"),  # noqa: S104 - nothing is bound
    ("http://[::]/", "::"),
    ("http://0.1.2.3/", "0.1.2.3"),
    ("http://10.0.0.1/", "10.0.0.1"),
    ("http://172.16.3.4/", "172.16.3.4"),
    ("http://192.168.0.1/", "192.168.0.1"),
    ("http://169.254.1.1/", "169.254.1.1"),
    ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
    ("http://169.254.170.2/", "169.254.170.2"),
    ("http://100.100.100.200/", "100.100.100.200"),
    ("http://168.63.129.16/", "168.63.129.16"),
    ("http://[fd00:ec2::254]/", "fd00:ec2::254"),
    ("http://100.64.0.1/", "100.64.0.1"),
    ("http://192.0.0.1/", "192.0.0.1"),
    ("http://192.0.2.7/", "192.0.2.7"),
    ("http://198.18.0.1/", "198.18.0.1"),
    ("http://198.51.100.7/", "198.51.100.7"),
    ("http://203.0.113.7/", "203.0.113.7"),
    ("http://224.0.0.251/", "224.0.0.251"),
    ("http://240.1.1.1/", "240.1.1.1"),
    ("http://255.255.255.255/", "255.255.255.255"),
    ("http://[fc00::1]/", "fc00::1"),
    ("http://[fe80::1]/", "fe80::1"),
    ("http://[fec0::1]/", "fec0::1"),
    ("http://[ff02::1]/", "ff02::1"),
    ("http://[2001:db8::1]/", "2001:db8::1"),
    ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
    ("http://[::ffff:7f00:1]/", "::ffff:127.0.0.1"),
    ("http://[::ffff:a9fe:a9fe]/", "::ffff:169.254.169.254"),
    ("http://[::127.0.0.1]/", "::127.0.0.1"),
    ("http://[::ffff:0:7f00:1]/", "::ffff:0:7f00:1"),
    ("http://[2002:7f00:1::]/", "2002:7f00:1::"),
    ("http://[2001:0:7f00:1::80ff:fffe]/", "2001:0:7f00:1::80ff:fffe"),
    ("http://[64:ff9b::127.0.0.1]/", "64:ff9b::7f00:1"),
    ("http://[64:ff9b:1::a00:1]/", "64:ff9b:1::a00:1"),
    ("http://[2606:2800::5efe:10.0.0.1]/", "2606:2800::5efe:a00:1"),
    ("http://127.1/", "127.0.0.1"),
    ("http://127.0.1/", "127.0.0.1"),
    ("http://2130706433/", "127.0.0.1"),
    ("http://017700000001/", "127.0.0.1"),
    ("http://0x7f000001/", "127.0.0.1"),
    ("http://0x7f.1/", "127.0.0.1"),
    ("http://0X7F.0.1/", "127.0.0.1"),
    ("http://0xa9.0376.43518/", "169.254.169.254"),
    ("http://0/", "0.0.0.0"),  # noqa: S104 - nothing is bound
    ("http://127.0.0.1./", "127.0.0.1"),
    ("http://127\u30020\u30020\u30021/", "127.0.0.1"),
    ("http://127\uff0e0\uff610.1/", "127.0.0.1"),
    ("http://localhost/", "127.0.0.1"),
    ("http://LOCALHOST/", "127.0.0.1"),
    ("http://loop.example/", "127.0.0.1"),
    ("http://loop6.example/", "::1"),
    ("http://intranet.example/", "10.0.0.5"),
    ("https://intranet.example/", "10.0.0.5"),
    ("http://meta.example/", "169.254.169.254"),
    ("http://azure.example/", "168.63.129.16"),
    ("http://cgnat.example/", "100.64.1.1"),
    ("http://mapped.example/", "::ffff:10.0.0.5"),
    ("http://sixtofour.example/", "2002:a00:5::1"),
    ("http://nat64.example/", "64:ff9b::a00:5"),
    ("http://teredo.example/", "2001:0:1::1"),
    ("http://inside.example/", "10.0.0.5"),
    ("http://intranet.example#@good.example/", "10.0.0.5"),
    ("http://10.0.0.5?@good.example/", "10.0.0.5"),
    ("http://10.0.0.5/\\@good.example/", "10.0.0.5"),
]


@pytest.mark.parametrize(("url", "address"), REFUSED)
def test_no_connection_arrives(url: str, address: str) -> None:
    seen = ask(url)
    assert (seen.dialled, seen.connections) == ([], 0)
    assert isinstance(seen.came, Failed)
    assert not seen.came.retryable
    assert not seen.came.unreachable
    assert str(httpx.URL(url).raw_host, "ascii") in seen.why
    assert f'add "{ip_address(address)}" to fetch.allow_private in config.yaml' in seen.why


@pytest.mark.parametrize(("url", "address"), [case for case in REFUSED if not case[0].startswith("https")])
def test_the_allow_list_lets_the_same_through(url: str, address: str) -> None:
    seen = ask(url, address)
    assert isinstance(seen.came, Exchange)
    assert seen.came.status == 200
    assert seen.connections == 1
    assert [host for host, _ in seen.dialled] == [str(ip_address(address))]
    assert [hop.address for hop in seen.came.hops] == [str(ip_address(address))]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://good@127.0.0.1/", "a user name or a password"),
        ("http://good.example:80@127.0.0.1/", "a user name or a password"),
        ("http://good.example\\@127.0.0.1/", "a user name or a password"),
        ("http://127.0.0.1:80\\@good.example/", "a user name or a password"),
        ("http://user:pass@good.example/", "a user name or a password"),
        ("http://127.0.0.1%2f@good.example/", "a user name or a password"),
        ("http://good.example%00.localhost/", "no name of a host"),
        ("http://%31%32%37.0.0.1/", "no name of a host"),
        ("http://127.0.0.1%23.good.example/", "no name of a host"),
        ("http://good.example\\127.0.0.1/", "no name of a host"),
        ("http://loop.example..good.example/", "no name of a host"),
        ("http://\\\\127.0.0.1/", "no name of a host"),
        ("http://127.0.0.1\t/", "non-printable"),
        ("http://127.0.0.1\n.good.example/", "non-printable"),
        ("http://１２７.0.0.1/", "IDNA"),
        ("http://①②⑦.0.0.1/", "IDNA"),
        ("http://0177.0.0.1/", "Invalid IPv4 address"),
        ("http://127.0.0.256/", "Invalid IPv4 address"),
        ("http://127.0.0.1.1/", "no name of a host"),
        ("http://4294967297/", "no name of a host"),
        ("http://[::1%25lo]/", "one network interface"),
        ("http://[fe80::1%25eth0]/", "one network interface"),
        ("http://zone.example/", "one network interface"),
        ("http://[::1/", "broke off"),
        ("http:///127.0.0.1/", "before it began"),
        ("http:127.0.0.1/", "before it began"),
        ("//127.0.0.1/", "before it began"),
        ("ws://127.0.0.1/", "not an http(s) address"),
        ("wss://good.example:443/", "not an http(s) address"),
        ("file:///etc/passwd", "not an http(s) address"),
        ("gopher://127.0.0.1:70/", "not an http(s) address"),
        ("http://good.example:22/", "port 22 is not one of the web"),
        ("http://good.example:6667/", "port 6667 is not one of the web"),
        ("http://good.example:65616/", "port 65616 is not one of the web"),
        ("https://good.example:25/", "port 25 is not one of the web"),
    ],
)
def test_tricks_lead_nowhere(url: str, why: str) -> None:
    seen = ask(url)
    assert (seen.dialled, seen.connections) == ([], 0)
    assert why in seen.why
    assert isinstance(seen.came, Failed)
    assert not seen.came.retryable


@pytest.mark.parametrize(
    ("url", "address", "port"),
    [
        ("http://good.example/", PUBLIC, 80),
        ("http://GOOD.example/", PUBLIC, 80),
        ("http://good.example:8080/", PUBLIC, 8080),
        ("http://good.example#@127.0.0.1/", PUBLIC, 80),
        (f"http://{PUBLIC}/", PUBLIC, 80),
        ("http://six.example/", PUBLIC_6, 80),
        (f"http://[{PUBLIC_6}]:8000/", PUBLIC_6, 8000),
        ("http://[64:ff9b::5db8:d70e]/", "64:ff9b::5db8:d70e", 80),
        ("http://mixed.example/", PUBLIC, 80),
    ],
)
def test_public_hosts_are_connected_to_by_the_address_that_was_judged(url: str, address: str, port: int) -> None:
    seen = ask(url)
    assert isinstance(seen.came, Exchange)
    assert seen.dialled == [(address, port)]
    (hop,) = seen.came.hops
    assert (hop.url, hop.status, hop.address, hop.robots) == (url, 200, address, "")
    assert seen.came.elapsed == hop.elapsed > 0


@pytest.mark.parametrize(
    ("url", "entries", "passes"),
    [
        ("http://intranet.example/", ["intranet.example"], True),
        ("http://intranet.example/", ["10.0.0.0/8"], True),
        ("http://intranet.example/", ["10.0.0.0/8:8080"], False),
        ("http://intranet.example:8080/", ["10.0.0.0/8:8080"], True),
        ("http://intranet.example:22/", ["10.0.0.0/8"], False),
        ("http://intranet.example:22/", ["intranet.example:22"], True),
        ("http://good.example:22/", ["good.example:22"], True),
        ("http://loop.example/", ["intranet.example", "10.0.0.0/8"], False),
    ],
)
def test_the_allow_list_by_name_network_and_port(url: str, entries: list[str], passes: bool) -> None:
    seen = ask(url, *entries)
    assert isinstance(seen.came, Exchange) is passes
    assert seen.connections == int(passes)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:{}/", "http://[::1]:{}/", "http://localhost:{}/", "http://127.1:{}/"),
        *("http://2130706433:{}/", "http://0x7f.1:{}/", "http://127。0。0。1:{}/"),
    ],
)
def test_the_machine_itself_with_nothing_put_in_between(url: str) -> None:
    """The system's own resolver and real connections, for what cannot lead anywhere else."""

    async def run() -> None:
        async with listening() as listeners:
            for entries, connections in (((), 0), (("127.0.0.1", "::1"), 1)):
                async with client_of(*entries) as client:
                    came = await client.request(url.format(listeners.port))
                assert isinstance(came, Exchange) is bool(entries)
                assert listeners.connections == connections

    asyncio.run(run())


def test_a_second_answer_of_the_resolver_is_judged_too() -> None:
    async def run() -> None:
        async with listening() as listeners:
            wire = Wire(listeners.port)
            async with client_of(names=Names(), wire=wire) as client:
                first = await client.request("http://rebinding.example/")
                second = await client.request("http://rebinding.example/")
            assert isinstance(first, Exchange)
            assert isinstance(second, Failed)
            assert "127.0.0.1" in second.why
            assert wire.dialled == [(PUBLIC, 80)]

    asyncio.run(run())


def test_a_name_is_asked_for_once_a_connection() -> None:
    assert ask("http://rebinding.example/").asked == ["rebinding.example"]


def test_a_connection_that_leads_elsewhere_is_dropped_before_a_byte_is_sent() -> None:
    seen = ask("http://good.example/", peer="127.0.0.1")
    assert "127.0.0.1 answered in place of 93.184.215.14" in seen.why
    assert seen.heads == []


def test_where_one_address_is_silent_the_next_one_is_tried() -> None:
    seen = ask("http://inside.example/", "inside.example", silent=frozenset({"10.0.0.5"}))
    assert isinstance(seen.came, Exchange)
    assert seen.dialled == [("10.0.0.5", 80), ("fd00::5", 80)]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://none.example/", "no connection: none.example: no such name"),
        ("http://empty.example/", "no connection: empty.example has no address"),
        ("http://good.example/", "no connection: ConnectTimeout"),
    ],
)
def test_no_connection(url: str, why: str) -> None:
    seen = ask(url, silent=frozenset({PUBLIC}))
    assert seen.why == why
    assert isinstance(seen.came, Failed)
    assert seen.came.unreachable
    assert seen.came.retryable


@pytest.mark.parametrize(
    ("location", "dialled"),
    [
        ("http://127.0.0.1/", 1),
        ("http://[::1]/", 1),
        ("//10.0.0.1/", 1),
        ("http://loop.example/", 1),
        ("http://2130706433/", 1),
        ("http://good.example@127.0.0.1/", 1),
        ("http://169.254.169.254/latest/meta-data/", 1),
        ("http://good.example:22/", 1),
        ("/next", 2),
        ("http:\\\\127.0.0.1/", 2),  # by RFC 3986 a path of the same host
        ("http://127.0.0.1\t/", 1),
        ("http://good.example/#@127.0.0.1", 2),
    ],
)
def test_a_redirect_is_judged_like_any_request(location: str, dialled: int) -> None:
    async def run() -> None:
        async with listening(reply(b"", 302, location=location)) as listeners:
            wire = Wire(listeners.port)
            async with client_of(names=Names(), wire=wire) as client:
                target = redirect_of(await client.request("http://good.example/"))
                if target is not None:
                    await client.request(target)
            assert wire.dialled == [(PUBLIC, 80)] * dialled

    asyncio.run(run())


class TestProxy:
    """A plain proxy: the listeners stand for it."""

    @pytest.mark.parametrize("proxy", ["http://10.0.0.9:3128", "http://[fd00::9]:3128/", "http://intranet.example:22"])
    def test_it_may_stand_anywhere_and_gets_the_name(self, proxy: str) -> None:
        seen = ask("http://anything.example/a", proxy=proxy)
        assert isinstance(seen.came, Exchange)
        assert seen.heads[0].startswith("GET http://anything.example/a HTTP/1.1\r\nHost: anything.example\r\n")
        assert "anything.example" not in seen.asked
        assert seen.came.hops[0].address is None

    def test_its_password(self) -> None:
        seen = ask("http://anything.example/", proxy="http://me:p%40ss@10.0.0.9:3128")
        assert "Proxy-Authorization: Basic bWU6cEBzcw==\r\n" in seen.heads[0]

    def test_https_goes_through_a_tunnel(self) -> None:
        seen = ask("https://anything.example/a", proxy="http://10.0.0.9:3128")
        assert seen.heads[0].startswith("CONNECT anything.example:443 HTTP/1.1\r\n")
        assert isinstance(seen.came, Failed)  # what answers does not speak TLS

    @pytest.mark.parametrize(
        "url",
        [
            *("http://127.0.0.1/", "http://[::1]/", "http://10.0.0.9:3128/", "http://2130706433/", "http://0x7f.1/"),
            *("http://[::ffff:10.0.0.1]/", "http://localhost/", "http://a.localhost./", "http://good.example:22/"),
            *("https://169.254.169.254/", "http://%31%32%37.0.0.1/", "http://127.0.0.1./"),
        ],
    )
    def test_what_is_written_as_an_address_is_judged_before(self, url: str) -> None:
        seen = ask(url, proxy="http://10.0.0.9:3128")
        assert (seen.dialled, seen.connections) == ([], 0)
        assert "is not connected to" in seen.why

    def test_the_allow_list_holds_for_it(self) -> None:
        seen = ask("http://10.1.1.1/", "10.0.0.0/8", proxy="http://10.0.0.9:3128")
        assert seen.heads[0].startswith("GET http://10.1.1.1/ HTTP/1.1\r\n")

    def test_the_environment_names_no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://10.0.0.9:3128")
        assert ask("http://good.example/").dialled == [(PUBLIC, 80)]
