"""Pages that say, with a status of success, that the story is not there ("soft 404"), or that stand for another page.

Asked only of a page from which no story could be read: what can be read is there.
"""

from typing import Final
from urllib.parse import urlsplit

from monitor.core.urls import tidy
from monitor.language.missing import says_missing
from monitor.sitekit.hazards import hazard
from monitor.sitekit.links import absolute
from monitor.sitekit.markup import text_of
from monitor.sitekit.page import Page
from monitor.sitekit.site import Site

_HEADINGS: Final = ("title", "h1", "h2")
_SELVES: Final = (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content"))
_DOORS: Final = {
    "consent": "a consent page",
    "privacy": "a consent page",
    "gdpr": "a consent page",
    "login": "a login",
    "signin": "a login",
    "sign-in": "a login",
    "auth": "a login",
    "sso": "a login",
    "subscribe": "a paywall",
    "subscription": "a paywall",
    "paywall": "a paywall",
    "captcha": "a captcha",
    "challenge": "a bot wall",
    "maintenance": "a notice of maintenance",
}


def why_absent(page: Page, site: Site) -> str | None:
    """Return why a page that holds no story means that the story is gone, None if it means nothing of the kind."""
    if not page.is_html or hazard(page.body):
        return None
    for heading in _HEADINGS:
        text = text_of(page.tree.css_first(heading)) or _plain(page, heading)
        if text and says_missing(text):
            return f"a page that is none: {text!r}"
    for selector, attribute in _SELVES:
        node = page.tree.css_first(selector)
        itself = absolute(page.url, node.attributes.get(attribute)) if node else None
        if itself and is_front(itself, page.url) and site.key_of(itself) is None:
            return f"the page shown is {itself}, which is no story"
    return None


def is_front(url: str, story_url: str) -> bool:
    """Whether a URL is the front page, or a section page, of the site that a story's URL is of.

    A section page is one whose path the story's begins with.
    """
    here, story = urlsplit(tidy(url)), urlsplit(tidy(story_url))
    if not is_same_site(url, story_url):
        return False
    path = here.path.rstrip("/").removesuffix("/index.html").removesuffix("/index.php")
    return not path or (story.path + "/").startswith(path + "/")


def is_same_site(url: str, other: str) -> bool:
    """Whether two URLs have the same host, or one the host of the other with something before it (`m.`, `www.`)."""
    hosts = [(urlsplit(tidy(each)).hostname or "").removeprefix("www.") for each in (url, other)]
    return hosts[0] == hosts[1] or any(a.endswith(f".{b}") for a, b in (hosts, reversed(hosts)))


def door_at(url: str) -> str | None:
    """Return what kind of door an address is where a story was asked for: a login, a consent page. None for none."""
    parts = urlsplit(url)
    words = {*(parts.hostname or "").lower().split("."), *parts.path.lower().split("/")}
    stems = {word.rpartition(".")[0] or word for word in words}
    return next((door for word, door in _DOORS.items() if word in words | stems), None)


def _plain(page: Page, tag: str) -> str | None:
    """The text of an element that is no text for readers, such as the title in the head."""
    node = page.tree.css_first(tag)
    return node.text(strip=True) if node else None
