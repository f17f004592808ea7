"""Which addresses and ports may be connected to, by class, and what an entry of the allow-list means."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.addresses import Address, Allowed, allowed, in_turns, is_host, literal, not_public, refusal

PUBLIC = IPv4Address("93.184.215.14")

NOT_PUBLIC = [
    ("127.0.0.1", "a loopback address"),
    ("127.255.255.254", "a loopback address"),
    ("::1", "a loopback address"),
    ("0.0.0.0", "the unspecified address"),  # noqa: S104 - nothing is bound
    ("::", "the unspecified address"),
    ("0.1.2.3", 'an address of "this network"'),
    ("10.0.0.1", "a private address"),
    ("172.16.0.1", "a private address"),
    ("172.31.255.255", "a private address"),
    ("192.168.1.1", "a private address"),
    ("fd12:3456::1", "a private (unique local) address"),
    ("fc00::1", "a private (unique local) address"),
    ("100.64.0.1", "an address shared behind a provider's NAT"),
    ("100.127.255.255", "an address shared behind a provider's NAT"),
    ("169.254.0.1", "a link-local address"),
    ("fe80::1", "a link-local address"),
    ("febf::1", "a link-local address"),
    ("fec0::1", "a site-local address"),
    ("fe80::1%eth0", "an address of one network interface"),
    ("2606:2800::1%eth0", "an address of one network interface"),
    ("169.254.169.254", "the metadata service of a cloud"),
    ("169.254.170.2", "the metadata service of a cloud"),
    ("100.100.100.200", "the metadata service of a cloud"),
    ("168.63.129.16", "the metadata service of a cloud"),
    ("fd00:ec2::254", "the metadata service of a cloud"),
    ("fd20:ce::254", "the metadata service of a cloud"),
    ("224.0.0.1", "a multicast address"),
    ("239.255.255.250", "a multicast address"),
    ("ff02::1", "a multicast address"),
    ("255.255.255.255", "the broadcast address"),
    ("240.0.0.1", "a reserved address"),
    ("192.0.0.8", "an address kept for protocols"),
    ("192.0.0.170", "an address kept for protocols"),
    ("192.88.99.1", "a 6to4 relay address"),
    ("192.0.2.1", "an address for documentation"),
    ("198.51.100.1", "an address for documentation"),
    ("203.0.113.1", "an address for documentation"),
    ("2001:db8::1", "an address for documentation"),
    ("3fff:0fff::1", "an address for documentation"),
    ("198.18.0.1", "an address for benchmarks"),
    ("198.19.255.255", "an address for benchmarks"),
    ("2001:2::1", "an address for benchmarks"),
    ("2001:10::1", "an ORCHID"),
    ("2001:20::1", "an ORCHID"),
    ("2001:1::1", "an address kept for protocols"),
    ("100::1", "a discard address"),
    ("4000::1", "an address that is not assigned"),
    ("5f00::1", "an address that is not assigned"),
    ("100:0:0:1::1", "an address that is not assigned"),
    ("::ffff:127.0.0.1", "an IPv4-mapped form of 127.0.0.1, a loopback address"),
    ("::ffff:169.254.169.254", "an IPv4-mapped form of 169.254.169.254, the metadata service of a cloud"),
    ("::ffff:93.184.215.14", "an IPv4-mapped form of 93.184.215.14"),
    ("::ffff:0:10.0.0.1", "an IPv4-translated form of 10.0.0.1, a private address"),
    ("::127.0.0.1", "an IPv4-compatible form of 127.0.0.1, a loopback address"),
    ("::93.184.215.14", "an IPv4-compatible form of 93.184.215.14"),
    ("2002:7f00:1::", "a 6to4 form of 127.0.0.1, a loopback address"),
    ("2002:a9fe:a9fe::1", "a 6to4 form of 169.254.169.254, the metadata service of a cloud"),
    ("2002:5db8:d70e::1", "a 6to4 form of 93.184.215.14"),
    ("2001::f5ff:fffe", "a Teredo address"),
    ("2001:0:5db8:d70e::a247:28f1", "a Teredo address"),
    ("64:ff9b::7f00:1", "a NAT64 form of 127.0.0.1, a loopback address"),
    ("64:ff9b::a00:1", "a NAT64 form of 10.0.0.1, a private address"),
    ("64:ff9b::a83f:8110", "a NAT64 form of 168.63.129.16, the metadata service of a cloud"),
    ("64:ff9b:1::a00:1", "a NAT64 address of a local network"),
    ("64:ff9b:1:ffff::5db8:d70e", "a NAT64 address of a local network"),
    ("2606:2800::5efe:10.0.0.1", "an ISATAP form of 10.0.0.1, a private address"),
    ("2606:2800::200:5efe:192.168.0.1", "an ISATAP form of 192.168.0.1, a private address"),
]


@pytest.mark.parametrize(("address", "kind"), NOT_PUBLIC)
def test_what_is_not_public_is_named(address: str, kind: str) -> None:
    assert not_public(ip_address(address)) == kind


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"),
        *("169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0"),
        *("168.63.129.17", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
        *("2606:2800:220:1:248:1893:25c8:1946", "2001:200::1", "2003::1", "2400:cb00::1", "3ffe:ffff::1"),
        *("64:ff9b::5db8:d70e", "2606:2800::5efe:5db8:d70e"),
    ],
)
def test_what_is_public_right_up_to_the_edges(address: str) -> None:
    assert not_public(ip_address(address)) is None


@given(address=st.ip_addresses())
def test_what_is_public_here_is_so_for_the_standard_library_too(address: Address) -> None:
    assert address.is_global or not_public(address) is not None


@given(inner=st.ip_addresses(v=4))
def test_an_address_within_another_is_never_freer_than_by_itself(inner: Address) -> None:
    forms = (0x64_FF9B << 96, 0xFFFF << 32, 0, 0x2606_2800 << 96 | 0x5EFE << 32)
    if not_public(inner):
        assert all(not_public(IPv6Address(form | int(inner))) for form in forms)


@pytest.mark.parametrize(
    ("port", "usable"),
    [
        *((80, True), (443, True), (1024, True), (8080, True), (65535, True)),
        *((0, False), (22, False), (25, False), (81, False), (444, False), (1023, False), (65536, False)),
        *((2049, False), (5060, False), (6000, False), (6667, False), (10080, False)),
    ],
)
def test_ports(port: int, usable: bool) -> None:
    assert (refusal("a.example", PUBLIC, port, ()) is None) is usable


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("0x7f.0.0.0x1", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("10.65535", "10.0.255.255"),
        ("0", "0.0.0.0"),  # noqa: S104 - nothing is bound
        ("0x", "0.0.0.0"),  # noqa: S104 - nothing is bound
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("a.example", None),
        ("1.example", None),
        ("0x7f.example", None),
        ("localhost", None),
        ("", None),
    ],
)
def test_every_way_to_write_an_address(host: str, address: str | None) -> None:
    assert literal(host) == (ip_address(address) if address else None)


@pytest.mark.parametrize(
    "host", ["256.1.1.1", "1.2.3.4.5", "08.1", "1.2.3.256", "4294967296", "a.1", "1..1", ".1", ":"]
)
def test_what_ends_in_a_number_and_is_no_address(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        literal(host)
    assert not is_host(host)


@pytest.mark.parametrize("host", ["", "a..b", "a b", "a%2fb", "a\\b", "ａ.example", "a,b", ".a", "*"])
def test_what_is_no_host(host: str) -> None:
    assert not is_host(host)


@given(text=st.text("0123456789abcdefxX.:%", max_size=12))
def test_any_text_is_an_address_or_a_name_or_neither(text: str) -> None:
    assert is_host(text) in {True, False}


@pytest.mark.parametrize(
    ("entry", "means"),
    [
        ("10.0.0.0/8", Allowed(ip_network("10.0.0.0/8"))),
        ("intranet.example", Allowed("intranet.example")),
        ("Intranet.Example.", Allowed("intranet.example")),
        ("localhost:8080", Allowed("localhost", 8080)),
        ("[::1]:8080", Allowed(ip_network("::1"), 8080)),
        ("[fd00::/8]", Allowed(ip_network("fd00::/8"))),
    ],
)
def test_entries(entry: str, means: Allowed) -> None:
    assert allowed(entry) == means


@pytest.mark.parametrize(
    "entry",
    [
        *("", " ", "10.0.0.1/8", "10.0.0.0/33", "300.0.0.1", "10.1", "0x7f000001", "a b", "a..b", "http://a/", "*.a"),
        *(
            "a:0",
            "a:65536",
            "a:x",
            "a:",
            "[::1]:",
            "[::1",
            "::1]:80",
            "[a]:80",
            "[10.0.0.1]",
            "fe80::1%eth0",
            "[fe80::1%eth0]",
            "a/8",
        ),
    ],
)
def test_what_is_no_entry(entry: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).*"):
        allowed(entry)


@pytest.mark.parametrize(
    ("host", "address", "port", "entry", "may"),
    [
        ("10.1.2.3", "10.1.2.3", 80, "10.0.0.0/8", True),
        ("10.1.2.3", "10.1.2.3", 80, "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", 80, "10.1.2.4", False),
        ("10.1.2.3", "10.1.2.3", 8080, "10.0.0.0/8:8080", True),
        ("10.1.2.3", "10.1.2.3", 80, "10.0.0.0/8:8080", False),
        ("10.1.2.3", "10.1.2.3", 22, "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3", 22, "10.0.0.0/8:22", True),
        ("a.example", "93.184.215.14", 22, "a.example:22", True),
        ("a.example", "93.184.215.14", 22, "a.example", False),
        ("a.example", "10.0.0.1", 80, "a.example", True),
        ("A.example.", "10.0.0.1", 80, "a.example", True),
        ("b.a.example", "10.0.0.1", 80, "a.example", False),
        ("b.example", "10.0.0.1", 80, "a.example", False),
        ("::1", "::1", 80, "::1", True),
        ("::1", "::1", 8080, "[::1]:8080", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1", 80, "10.0.0.0/8", False),
        ("169.254.169.254", "169.254.169.254", 80, "169.254.169.254", True),
        ("behind.example", None, 80, "a.example", True),
        ("behind.example", None, 22, "a.example", False),
        ("localhost", None, 80, "a.example", False),
        ("x.localhost.", None, 80, "a.example", False),
        ("localhost", None, 80, "localhost", True),
    ],
)
def test_the_allow_list(host: str, address: str | None, port: int, entry: str, may: bool) -> None:
    judged = ip_address(address) if address else None
    assert (refusal(host, judged, port, [allowed(entry)]) is None) is may


@pytest.mark.parametrize(
    ("host", "address", "port", "why", "entry"),
    [
        ("a.example", "10.0.0.1", 80, "a.example (10.0.0.1) is not connected to: it is a private address", "10.0.0.1"),
        ("::1", "::1", 80, "::1 is not connected to: it is a loopback address", "::1"),
        ("::1%2", "::1%2", 80, "::1%2 is not connected to: it is an address of one network interface", "::1"),
        ("a.example", "1.1.1.1", 25, "a.example is not connected to: port 25 is not one of the web", "a.example:25"),
        ("2606::1", "2606::1", 25, "2606::1 is not connected to: port 25 is not one of the web", "[2606::1]:25"),
    ],
)
def test_a_refusal_says_what_to_do_and_doing_it_helps(host: str, address: str, port: int, why: str, entry: str) -> None:
    told = refusal(host, ip_address(address), port, ())
    assert told == f'{why}; if that is meant, add "{entry}" to fetch.allow_private in config.yaml'
    assert refusal(host, ip_address(address), port, [allowed(entry)]) is None


def test_the_versions_take_turns() -> None:
    found = [ip_address(text) for text in ("2606::1", "2606::2", "2606::1", "1.1.1.1", "2606::3", "1.1.1.2")]
    assert [str(address) for address in in_turns(found)] == ["2606::1", "1.1.1.1", "2606::2", "1.1.1.2", "2606::3"]
