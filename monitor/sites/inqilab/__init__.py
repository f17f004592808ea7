"""The Daily Inqilab (দৈনিক ইনকিলাব), Dhaka.

Three designs, each with its own numbering of stories: since 2023 `/<section>/news/<id>`, from about 2017 to 2022
`/article/<id>/<slug>`, before that `/details/<id>/<slug>`, which no parser here reads yet. The id alone identifies a
story: section and slug are decoration.
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from monitor.core.urls import tidy
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.listings import listing
from monitor.sitekit.site import Parser, Site, Source
from monitor.sitekit.sitemaps import sitemap_links
from monitor.sites.inqilab import design_2017, design_2023

_HOST: Final = r"https?://(?:www\.|old\.|m\.)?dailyinqilab\.com/(?:index\.php/)?"
_END: Final = r"/?(?:[?#].*)?"
_NEWS: Final = re.compile(rf"{_HOST}(?P<section>(?:[\w-]+/){{0,3}})(?P<key>news/\d+){_END}", re.ASCII)
_OLD: Final = re.compile(rf"{_HOST}(?P<key>(?:article|details)/\d+)(?P<slug>/[^/?#]+)?{_END}", re.ASCII)

_HOME: Final = "https://dailyinqilab.com/"
_ARCHIVE: Final = "https://old.dailyinqilab.com/"

_SECTIONS: Final = (
    "international", "islamic-world", "politics", "economy", "business", "bangladesh", "inter-country", "motropolis",
    "lifestyle", "foreign-life", "ict-and-career", "health", "literature", "sports/cricket", "sports/football",
    "sports/others", "entertainment/dhallywood", "entertainment/bollywood", "entertainment/hollywood",
    "entertainment/others",
)  # fmt: skip

_CARDS: Final = ".mt-5 > .col-md-6, div.col-md-9.mt-3 > div.row.d-flex.flex-row > a"
_HEADLINE: Final = ".content-heading"
_NEXT: Final = ".pagination a[rel=next]"
_LISTING: Final = listing(_CARDS, _HEADLINE, next_page=_NEXT)
# The archive is a form that asks for two days, with the stories between them below it: there may be none.
_DAY: Final = listing(_CARDS, _HEADLINE, next_page=_NEXT, frame="[name=dateFrom]")


def _canonical(url: str) -> str:
    """Return the one address of a story that is kept: https, no www, no index.php, no query.

    Stories of the older designs are kept at `old.`: the paper moved them there when it rebuilt its main host in 2023,
    and `m.` shows the same ones with less around them.
    """
    address = tidy(url)
    if news := _NEWS.fullmatch(address):
        return f"{_HOME}{news['section']}{news['key']}"
    if old := _OLD.fullmatch(address):
        return f"{_ARCHIVE}{old['key']}{old['slug'] or ''}"
    return address


SITE = Site(
    name="inqilab",
    title="Daily Inqilab",
    language="bn",
    timezone=ZoneInfo("Asia/Dhaka"),
    match=(_NEWS, _OLD),
    canonical=_canonical,
    sources=(
        Source("feed", f"{_HOME}rss/rss.xml", feed_links),
        Source("sitemap", f"{_HOME}news-sitemap.xml", sitemap_links),
        Source("listing", f"{_HOME}national", _LISTING),
        # The feed and the sitemap have the stories of all sections: their pages are not worth a request each.
        *(Source("listing", f"{_HOME}{section}", _LISTING, polled=False) for section in _SECTIONS),
        Source("archive", _HOME + "archive?cat=&dateFrom={day:%Y-%m-%d}&dateTo={day:%Y-%m-%d}", _DAY, polled=False),
    ),
    parsers=(
        # The markers of the designs do not occur in one another's pages; the last parser reads what text is left.
        Parser("v2023", 1, design_2023.is_page, design_2023.read_page),
        Parser("v2017", 1, design_2017.is_page, design_2017.read_page),
        Parser("v2023-text", 1, design_2023.is_text, design_2023.read_text),
        Parser("v2017-text", 1, design_2017.is_text, design_2017.read_text),
    ),
    examples=(
        f"{_HOME}national/news/1",
        f"{_HOME}sports/cricket/news/1",
        "https://m.dailyinqilab.com/article/1/title",
        f"{_ARCHIVE}article/1",
        f"{_ARCHIVE}details/1/title",
    ),
)
