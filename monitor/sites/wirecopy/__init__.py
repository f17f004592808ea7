"""Wire copy: the bare text of an agency story, without the page of the paper that printed it.

Nothing in such a text says where it appeared, so no URL is ever this site's: a capture is bound to it by the index it
comes with. It has no title, and no time but the month and day of its dateline; neither is made up.
"""

from zoneinfo import ZoneInfo

from monitor.core.articles import Article, Unreadable
from monitor.sitekit.leads import place_line, title_from_lead
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser, Site
from monitor.sitekit.texts import why_no_bengali_story


def _is_text(page: Page) -> bool:
    return not page.is_html


def _read(page: Page) -> Article | Unreadable:
    """Take every line as a paragraph, as it stands: if they are a story at all."""
    if why := why_no_bengali_story(page.lines):
        return Unreadable(why)
    lead = page.lines[0]
    return Article(
        title=title_from_lead(lead, SITE.language),
        title_derived=True,
        paragraphs=page.lines,
        dateline=place_line(lead, SITE.language),
    )


SITE = Site(
    name="wirecopy",
    title="Wire copy without a page",
    language="bn",
    timezone=ZoneInfo("Asia/Dhaka"),
    parsers=(Parser("text", 1, _is_text, _read),),
)
