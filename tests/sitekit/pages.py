"""Pages to read sources from. All markup is synthetic."""

from collections.abc import Callable

from monitor.core.articles import Unreadable
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Listed

Reader = Callable[[Page], Listed | Unreadable]

ITEM = "<item><title>{}</title><link>{}</link></item>"
RSS = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>t</title>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{}</feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="x"><title>t</title></channel>{}</rdf:RDF>'
)
SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{}</urlset>'
)
ONE, TWO = Found("https://x.org/1", "এক"), Found("https://x.org/2", "দুই")


def read(reader: Reader, body: str | bytes, content_type: str = "application/xml") -> Listed | Unreadable:
    return reader(Page("https://x.org/rss/rss.xml", content_type, body.encode() if isinstance(body, str) else body))


def found(reader: Reader, body: str | bytes, content_type: str = "application/xml") -> list[Found]:
    answer = read(reader, body, content_type)
    assert isinstance(answer, Listed), answer
    return list(answer.found)


def why(reader: Reader, body: str | bytes) -> str:
    answer = read(reader, body)
    assert isinstance(answer, Unreadable)
    return answer.why
