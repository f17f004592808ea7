"""Which IP addresses and ports a scraper may connect to: the public ones, and what its user allows.

A page, a feed or a redirect can name any host. If it names one inside the user's own network, the request is made
from inside that network's walls: so only public addresses are connected to, unless the configuration says otherwise.

Sources: the IANA special-purpose registries of IPv4 and IPv6 (RFC 6890, updated by RFC 8190) as of 2025, the RFCs
named in the tables, and the documents of cloud providers for their metadata services. `ipaddress` follows the same
registries, but each Python release an older state of them: its word is asked last, for what the tables leave out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_METADATA: Final = frozenset(
    {
        IPv4Address("169.254.169.254"),  # AWS, Google, Azure, Oracle, DigitalOcean and others
        IPv4Address("169.254.170.2"),  # AWS: credentials of a container
        IPv4Address("100.100.100.200"),  # Alibaba
        IPv4Address("168.63.129.16"),  # Azure: looks public, and is the virtual machine's own host
        IPv6Address("fd00:ec2::254"),  # AWS
        IPv6Address("fd20:ce::254"),  # Google
    }
)
# The first row that holds an address names it.
_SPECIAL: Final = tuple(
    (ip_network(network), name)
    for network, name in (
        ("0.0.0.0/32", "the unspecified address"),  # RFC 1122, 3.2.1.3: connects to this very machine
        ("0.0.0.0/8", 'an address of "this network"'),  # RFC 791, 3.2
        ("10.0.0.0/8", "a private address"),  # RFC 1918
        ("100.64.0.0/10", "an address shared behind a provider's NAT"),  # RFC 6598
        ("127.0.0.0/8", "a loopback address"),  # RFC 1122, 3.2.1.3
        ("169.254.0.0/16", "a link-local address"),  # RFC 3927
        ("172.16.0.0/12", "a private address"),  # RFC 1918
        ("192.0.0.0/24", "an address kept for protocols"),  # RFC 6890, 2.1
        ("192.0.2.0/24", "an address for documentation"),  # RFC 5737
        ("192.88.99.0/24", "a 6to4 relay address"),  # RFC 7526
        ("192.168.0.0/16", "a private address"),  # RFC 1918
        ("198.18.0.0/15", "an address for benchmarks"),  # RFC 2544
        ("198.51.100.0/24", "an address for documentation"),  # RFC 5737
        ("203.0.113.0/24", "an address for documentation"),  # RFC 5737
        ("224.0.0.0/4", "a multicast address"),  # RFC 5771
        ("255.255.255.255/32", "the broadcast address"),  # RFC 919
        ("240.0.0.0/4", "a reserved address"),  # RFC 1112, 4
        ("::/128", "the unspecified address"),  # RFC 4291, 2.5.2
        ("::1/128", "a loopback address"),  # RFC 4291, 2.5.3
        ("64:ff9b:1::/48", "a NAT64 address of a local network"),  # RFC 8215
        ("100::/64", "a discard address"),  # RFC 6666
        ("2001::/32", "a Teredo address"),  # RFC 4380
        ("2001:2::/48", "an address for benchmarks"),  # RFC 5180
        ("2001:10::/28", "an ORCHID"),  # RFC 4843
        ("2001:20::/28", "an ORCHID"),  # RFC 7343
        ("2001::/23", "an address kept for protocols"),  # RFC 2928
        ("2001:db8::/32", "an address for documentation"),  # RFC 3849
        ("3fff::/20", "an address for documentation"),  # RFC 9637
        ("fc00::/7", "a private (unique local) address"),  # RFC 4193
        ("fe80::/10", "a link-local address"),  # RFC 4291, 2.5.6
        ("fec0::/10", "a site-local address"),  # RFC 3879
        ("ff00::/8", "a multicast address"),  # RFC 4291, 2.7
    )
)
# Forms that carry an IPv4 address, and how far above the lowest bit it stands. No server is known by one of them.
_CARRIERS: Final = (
    (IPv6Network("::ffff:0:0/96"), 0, "an IPv4-mapped form"),  # RFC 4291, 2.5.5.2
    (IPv6Network("::ffff:0:0:0/96"), 0, "an IPv4-translated form"),  # RFC 2765, 2.1
    (IPv6Network("::/96"), 0, "an IPv4-compatible form"),  # RFC 4291, 2.5.5.1
    (IPv6Network("2002::/16"), 80, "a 6to4 form"),  # RFC 3056, 2
)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214, 6.1: the upper half of the interface identifier
_UNICAST: Final = IPv6Network("2000::/3")  # RFC 4291, 2.4, and the IANA registry of IPv6 global unicast addresses

# The "bad ports" of the Fetch standard, section 2.9 (https://fetch.spec.whatwg.org/#port-blocking), from 1024 up:
# services that could take an HTTP request for one of their own.
_BAD_PORTS: Final = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_ENTRY: Final = re.compile(r"(?:\[(?P<six>[^\[\]%]+)\]|(?P<plain>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A place that may be connected to though it is not public: a network, or a host by its name.

    `port` is the only one meant, and lifts the rule of ports for it; None means every port that the rule leaves.
    """

    place: Network | str
    port: int | None = None

    def covers(self, host: str, address: Address | None, port: int) -> bool:
        """Whether this is the place; the address of a host is None where only its name is known."""
        if self.port not in (None, port):
            return False
        if isinstance(self.place, str):
            return self.place == _plain(host)
        return address is not None and address in self.place


def allowed(text: str) -> Allowed:
    """Read a network in CIDR, an address or a host name, each with `:port` or without (IPv6 then in brackets).

    Raises ValueError, without words of its own, for any other text, such as a network that does not begin at its
    first address.
    """
    if text.count(":") > 1 and "%" not in text and not text.startswith("["):
        return Allowed(IPv6Network(text))
    match = _ENTRY.fullmatch(text)
    port = int(match["port"]) if match and match["port"] else None
    if match is None or (port is not None and not 0 < port < 65536):
        raise ValueError(text)
    if match["six"]:
        return Allowed(IPv6Network(match["six"]), port)
    return Allowed(_place(match["plain"]), port)


def refusal(host: str, address: Address | None, port: int, allow: Iterable[Allowed]) -> str | None:
    """Return why a host may not be connected to at an address and a port, None if it may.

    `host` is as the URL has it. `address` is None where a proxy resolves the name: then only the port is judged.
    """
    covering = [each for each in allow if each.covers(host, address, port)]
    if not covering and (kind := not_public(address) if address else _local_name(host)):
        named = host if address is None or host == str(address) else f"{host} ({address})"
        entry = str(address).partition("%")[0] if address else _plain(host)  # no entry has a zone
        return f"{named} is not connected to: it is {kind}; {_way_out(entry)}"
    if _is_unusable(port) and not any(each.port for each in covering):
        return f"{host} is not connected to: port {port} is not one of the web; {_way_out(_joined(host, port))}"
    return None


def not_public(address: Address) -> str | None:
    """Return what an address is, such as "a loopback address", None if it is a public one."""
    if address in _METADATA:
        return "the metadata service of a cloud"
    if isinstance(address, IPv6Address) and address.scope_id:
        return "an address of one network interface"  # RFC 4007, 11: a zone
    if special := next((name for network, name in _SPECIAL if address in network), None):
        return special
    if isinstance(address, IPv6Address) and (carried := _carried(address)):
        form, inner, is_server = carried
        kind = not_public(inner)
        return None if is_server and not kind else f"{form} of {inner}" + (f", {kind}" if kind else "")
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return "an address that is not assigned"
    return None if address.is_global else "a special address"


def literal(host: str) -> Address | None:
    """Return the address that a host is written as, None if it is a name.

    Besides the usual forms these are the numeric ones of inet_aton, which resolvers and proxies know: decimal, octal
    and hexadecimal, in one to four parts (WHATWG URL, "IPv4 parser"). Raises ValueError for what ends in a number and
    is no address.
    """
    name = _plain(host)
    if ":" in name:
        return IPv6Address(name)
    parts = name.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    *upper, last = map(_number, parts)
    if len(upper) > 3 or any(byte > 255 for byte in upper) or last >= 256 ** (4 - len(upper)):
        raise ValueError(f"not an IPv4 address: {host}")
    return IPv4Address(sum(byte << 24 - 8 * place for place, byte in enumerate(upper)) + last)


def is_host(host: str) -> bool:
    """Whether a host is an address, or a name of letters, digits, hyphens and dots, which no one reads otherwise."""
    try:
        return literal(host) is not None or _HOST_NAME.fullmatch(_plain(host)) is not None
    except ValueError:
        return False


def in_turns(addresses: Iterable[Address]) -> Sequence[Address]:
    """Return each address once, the two IP versions taking turns: where one of them is down, the other one is near."""
    seen = {4: 0, 6: 0}
    turns: list[tuple[int, Address]] = []
    for address in dict.fromkeys(addresses):
        turns.append((seen[address.version], address))
        seen[address.version] += 1
    return [address for _, address in sorted(turns, key=lambda turn: turn[0])]


def _carried(address: IPv6Address) -> tuple[str, IPv4Address, bool] | None:
    """The IPv4 address within an IPv6 one, in which form, and whether a server may be reached by that form.

    Behind NAT64 every server of the IPv4 Internet has such an address. ISATAP is a mark in the lower half of an
    address that is as public as its upper half.
    """
    bits = int(address)
    for network, shift, form in _CARRIERS:
        if address in network:
            return form, _low(bits >> shift), False
    if address in _NAT64:
        return "a NAT64 form", _low(bits), True
    if (bits >> 32) & 0xFFFF_FFFF in _ISATAP:
        return "an ISATAP form", _low(bits), True
    return None


def _low(bits: int) -> IPv4Address:
    return IPv4Address(bits & 0xFFFF_FFFF)


def _number(text: str) -> int:
    """A part of an IPv4 address. Raises ValueError for what is no number in its base."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {text}")
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10)


def _place(text: str) -> Network | str:
    name = _plain(text)
    if _HOST_NAME.fullmatch(name) and not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name
    return ip_network(text)


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


def _local_name(host: str) -> str | None:
    """What a name is that means the machine that resolves it, such as a proxy (RFC 6761, section 6.3)."""
    return "a loopback name" if _plain(host).rpartition(".")[2] == "localhost" else None


def _is_unusable(port: int) -> bool:
    return port not in {80, 443} and (not 1024 <= port < 65536 or port in _BAD_PORTS)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _way_out(entry: str) -> str:
    return f'if that is meant, add "{entry}" to fetch.allow_private in config.yaml'
