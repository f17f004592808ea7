"""Pages to measure with: the site's own synthetic case, grown to the size of real pages with more furniture."""

from pathlib import Path
from typing import Final

URL: Final = "https://dailyinqilab.com/international/news/{number}"
HTML: Final = "text/html; charset=utf-8"
SIZE: Final = 60_000

_CASES: Final = Path(__file__).parents[1] / "monitor" / "sites" / "inqilab" / "cases"
_LINK: Final = '<li class="item"><a href="/national/news/{0}"><span>সংশ্লিষ্ট খবর {0}: ঢাকায় আরেকটি সভা</span></a></li>'


def page(number: int, *, size: int = SIZE) -> bytes:
    """Return the page of one story of today's design, about `size` bytes, no two alike."""
    text = max(_CASES.glob("*2023*.html"), key=lambda path: path.stat().st_size).read_text(encoding="utf-8")
    head, mark, tail = text.rpartition("</body>")
    missing = max(0, size - len(text.encode()))
    links = (_LINK.format(number * 1000 + each) for each in range(missing // len(_LINK.format(number).encode())))
    return f"{head}<ul>{''.join(links)}</ul>{mark}{tail}".replace("</h2>", f" {number}</h2>").encode()
