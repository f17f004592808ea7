"""Run as a program: how much memory the worst answers take, with the limits of a program that nobody configured.

Writes JSON: for each answer by how many bytes the process, its servers included, grew at most while it ran. Linux
alone tells that; what libraries take outside of Python is counted too.
"""

import json
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.config import FetchSettings
from monitor.sitekit.site import Source
from monitor.sitekit.sitemaps import sitemap_links
from tests.faults.press import Press, at_press
from tests.net.server import Reply, reply, stream

LIMIT = FetchSettings().max_bytes
MEGABYTE = 1_000_000
HTML = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html; charset=utf-8\r\n"
PARAGRAPHS = b"<p>" + b"a" * 9_980 + b"</p>"


def bomb(megabytes: int) -> bytes:
    """Zeros in gzip, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)), packer.flush()])


def sitemap(count: int) -> bytes:
    urls = "".join(f"<url><loc>{{here}}/news/{number}</loc></url>" for number in range(count))
    return HTML + f"\r\n<urlset>{urls}</urlset>".encode()


BOMB, GZIP = bomb(500), HTML + b"content-encoding: gzip\r\n\r\n"
BROTLI = bytes.fromhex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd7ffec1ebe39f0088c322001d747d")
ZSTD = b"\x28\xb5\x2f\xfd\x00\x58" + b"\x02\x00\x10\x00" * 4_000 + b"\x01\x00\x00"
BUSY = reply(b"", 429, retry_after="86400")

# what takes little comes first: memory that was once taken is not all given back
ANSWERS: dict[str, tuple[str, Reply]] = {
    "gzip bomb": ("/news/1", GZIP + BOMB),
    "gzip bomb in gzip": ("/news/1", GZIP + zlib.compress(BOMB, 9, 31)),
    "gzip bomb, twice encoded": ("/news/1", GZIP.replace(b"gzip", b"gzip, gzip") + zlib.compress(BOMB, 9, 31)),
    "zstd bomb": ("/news/1", HTML + b"content-encoding: zstd\r\n\r\n" + ZSTD),
    "brotli bomb": ("/news/1", HTML + b"content-encoding: br\r\n\r\n" + BROTLI),
    "header flood": ("/news/1", stream(HTML, b"x-a: b\r\n" * 1_000, 10**6)),
    "header of 50 MB": ("/news/1", stream(HTML + b"x-a: ", b"a" * 50_000, 1_000)),
    "robots.txt of 50 MB": ("/robots.txt", stream(HTML + b"\r\nUser-agent: *\n", b"Disallow: /a*b\n" * 1_000, 3_300)),
    "gzip bomb as robots.txt": ("/robots.txt", GZIP + BOMB),
    "page of 50 MB": ("/news/1", stream(HTML + b"\r\n", PARAGRAPHS, 5_000)),
    "largest page": ("/news/1", stream(HTML + b"\r\n<h1>a</h1>", PARAGRAPHS, LIMIT // len(PARAGRAPHS) - 1)),
    "gzip bomb as a feed": ("/feed", HTML + b"\r\n" + BOMB),
    "sitemap of 50,000": ("/feed", sitemap(50_000)),
}


def peaks(folder: Path) -> Iterator[tuple[str, int]]:
    with at_press(folder, limit=LIMIT) as press:
        press.bad.site = replace(press.bad.site, sources=(Source("feed", f"{press.bad.home}/feed", sitemap_links),))
        press.once()
        good = dict(press.bad.pages)
        for name, (path, answer) in ANSWERS.items():
            press.bad.pages.clear()
            press.bad.pages |= {**good, path: answer}
            if path == "/feed":  # of the stories that are listed the first one closes the host
                press.bad.pages |= {"/news/0": BUSY, "/news/1": BUSY}
            yield name, peak(press)


def peak(press: Press) -> int:
    """Run, and return by how much the memory grew meanwhile."""
    Path("/proc/self/clear_refs").write_text("5")
    before = held("VmRSS")
    press.once(wait=timedelta(hours=25))
    return held("VmHWM") - before


def held(what: str) -> int:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[what].split()[0]) * 1_024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        json.dump(dict(peaks(Path(folder))), sys.stdout)
