"""The Daily Inqilab: its addresses, its sources, and a real capture."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import sites
from monitor.core.articles import Article, Reading, Unreadable
from monitor.core.fingerprints import fingerprint
from monitor.language.dates import Precision, Stated
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Listed
from tests.sites.urns import urn_of

SITE = sites.load().get("inqilab")
SEED = (Path(__file__).parents[2] / "seeds" / "000_c70be0b16d2b2408.txt").read_bytes()
LINES = SEED.decode().split("\n")
DHAKA = timezone(timedelta(hours=6))
NEWS, OLD = "https://dailyinqilab.com/international/news/601234", "https://old.dailyinqilab.com/article/215960"


def text_page(body: bytes | str, url: str | None = None) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(url or urn_of(data), "text/plain; charset=utf-8", data)


def read(page: Page) -> Article:
    reading = SITE.parse(page)
    assert isinstance(reading, Reading), reading
    return reading.article


def why(page: Page) -> str:
    reading = SITE.parse(page)
    assert isinstance(reading, Unreadable)
    return reading.why


# --- Addresses ---


@pytest.mark.parametrize(
    ("url", "key", "canonical"),
    [
        (NEWS, "news/601234", NEWS),
        ("http://www.dailyinqilab.com/international/news/601234/", "news/601234", NEWS),
        ("https://dailyinqilab.com/index.php/international/news/601234?utm_source=x#top", "news/601234", NEWS),
        ("https://dailyinqilab.com/international/news/601234?page=2", "news/601234", NEWS),
        ("HTTPS://DailyInqilab.com:443/international/news/601234", "news/601234", NEWS),
        ("https://m.dailyinqilab.com/international/news/601234", "news/601234", NEWS),
        ("https://dailyinqilab.com/sports/cricket/news/7", "news/7", "https://dailyinqilab.com/sports/cricket/news/7"),
        ("https://dailyinqilab.com/news/7", "news/7", "https://dailyinqilab.com/news/7"),
        ("https://www.dailyinqilab.com/article/215960", "article/215960", OLD),
        ("http://m.dailyinqilab.com/article/215960/?fbclid=1", "article/215960", OLD),
        ("https://dailyinqilab.com/international/news/601234#!top", "news/601234", NEWS),
        ("https://m.dailyinqilab.com/article/215960/a-b?amp=1#!x", "article/215960", f"{OLD}/a-b"),
        (f"{OLD}/a-b", "article/215960", f"{OLD}/a-b"),
        (f"{OLD}/%e0%a6%95-x", "article/215960", f"{OLD}/%E0%A6%95-x"),
        (f"{OLD}/%E0%A6%95-x", "article/215960", f"{OLD}/%E0%A6%95-x"),
        (f"{OLD}/ক-x", "article/215960", f"{OLD}/%E0%A6%95-x"),
        ("https://www.dailyinqilab.com/details/5/a", "details/5", "https://old.dailyinqilab.com/details/5/a"),
    ],
)
def test_one_story_has_one_key_and_one_canonical_address(url: str, key: str, canonical: str) -> None:
    assert SITE.key_of(url) == key
    assert SITE.canonical(url) == canonical
    assert SITE.key_of(canonical) == key


def test_section_is_no_part_of_a_story_s_name() -> None:
    assert SITE.key_of("https://dailyinqilab.com/politics/news/601234") == SITE.key_of(NEWS)


@pytest.mark.parametrize(
    "url",
    [
        "https://dailyinqilab.com/",
        "https://dailyinqilab.com/international",
        "https://dailyinqilab.com/archive?cat=&page=2",
        "https://dailyinqilab.com/international/news/",
        "https://dailyinqilab.com/international/news/601234/print",
        "https://dailyinqilab.com/international/news/৬০১",
        "https://dailyinqilab.com.example.org/international/news/601234",
        "https://notdailyinqilab.com/international/news/601234",
        "https://example.org/?u=https://dailyinqilab.com/international/news/601234",
        "https://old.dailyinqilab.com/newscategory/sports/?page=4",
        "https://old.dailyinqilab.com/tagsearch/x//?page=4",
        "ftp://dailyinqilab.com/international/news/601234",
        "mailto:news/1@dailyinqilab.com",
        "",
    ],
)
def test_other_addresses_are_no_stories(url: str) -> None:
    assert SITE.key_of(url) is None


@given(st.text(max_size=60))
def test_no_address_makes_the_site_raise(text: str) -> None:
    for url in (text, f"https://dailyinqilab.com/{text}", f"{OLD}/{text}"):
        SITE.key_of(url)
        assert SITE.canonical(SITE.canonical(url)) == SITE.canonical(url)


# --- Sources ---


def test_sources_are_at_the_paper_and_one_of_each_kind_is_polled() -> None:
    assert [source.kind for source in SITE.sources if source.polled] == ["feed", "sitemap", "listing"]
    assert all(source.url.startswith("https://dailyinqilab.com/") for source in SITE.sources)
    assert len({source.url for source in SITE.sources}) == len(SITE.sources)


@pytest.mark.parametrize(
    "section", ["national", "international", "motropolis", "sports/cricket", "entertainment/others"]
)
def test_each_section_page_is_a_listing(section: str) -> None:
    listing = next(source for source in SITE.sources if source.url == f"https://dailyinqilab.com/{section}")
    card = f'<div class="mt-5"><div class="col-md-6"><a href="/{section}/news/1">এক</a></div></div>'
    assert listing.kind == "listing"
    assert listing.links(Page(listing.url, "text/html", card.encode())) == Listed((Found(f"{listing.url}/news/1"),))


def test_listing_gives_the_cards_of_both_kinds_and_nothing_else() -> None:
    html = """<nav><a href="/politics">রাজনীতি</a></nav>
    <div class="col-md-9 mt-3"><div class="row d-flex flex-row">
      <a href="/national/news/3"><h4 class="content-heading">তিন
        নম্বর</h4><p class="news-date-time">আজ</p></a></div></div>
    <div class="row mt-5">
      <div class="col-md-6"><a href="https://dailyinqilab.com/national/news/1"><img alt="ছবি"><h5 class="content-heading">এক</h5></a></div>
      <div class="col-md-6"><a href="/national/news/2?x=1">ছবি</a></div>
      <div class="col-md-6"><a href="/national/news/3">তিন</a></div>
      <div class="col-md-3"><a href="/national/news/9">বিজ্ঞাপন</a></div></div>
    <ul class="pagination"><li><a rel="next" href="?page=2">2</a></li></ul>"""
    listing = SITE.sources[2]
    home = "https://dailyinqilab.com/national/news/"
    assert listing.links(Page(listing.url, "text/html; charset=utf-8", html.encode())) == Listed(
        (Found(f"{home}3", "তিন নম্বর"), Found(f"{home}1", "এক"), Found(f"{home}2?x=1")),
        more=("https://dailyinqilab.com/national?page=2",),
    )


def test_a_listing_without_cards_is_no_day_without_news() -> None:
    page = Page(SITE.sources[2].url, "text/html", "<h1>জাতীয়</h1><a href='/national/news/1'>x</a>".encode())
    assert isinstance(SITE.sources[2].links(page), Unreadable)


# The form around a day of the archive. Synthetic: no page of the archive was at hand.
FORM = '<form action="/archive"><input name="dateFrom"><input name="dateTo"></form>'
DAY_CARD = '<div class="mt-5"><div class="col-md-6"><a href="/national/news/1"><h5 class="content-heading">এক</h5></a></div></div>'


def test_the_archive_has_a_page_for_each_day() -> None:
    archive = SITE.archive
    assert archive is not None
    day = archive.page_of(date(2023, 2, 9))
    assert (archive.kind, archive.polled) == ("archive", False)
    assert day == "https://dailyinqilab.com/archive?cat=&dateFrom=2023-02-09&dateTo=2023-02-09"
    following = f'<ul class="pagination"><a rel="next" href="{day}&amp;page=2">2</a></ul>'
    assert archive.links(Page(day, "text/html", (FORM + DAY_CARD + following).encode())) == Listed(
        (Found("https://dailyinqilab.com/national/news/1", "এক"),), more=(f"{day}&page=2",)
    )


@pytest.mark.parametrize(
    ("html", "answer"),
    [(FORM, Listed(())), ("<h1>৪০৪</h1>", Unreadable), ("", Unreadable)],
)
def test_a_day_of_the_archive_may_be_empty_but_not_missing(html: str, answer: Listed | type[Unreadable]) -> None:
    archive = SITE.archive
    assert archive is not None
    listed = archive.links(Page(archive.page_of(date(2023, 2, 9)), "text/html; charset=utf-8", html.encode()))
    assert listed == answer or type(listed) is answer


# --- Seed 000, a real capture ---


def test_seed_is_read_whole_and_without_furniture() -> None:
    reading = SITE.parse(text_page(SEED))
    assert isinstance(reading, Reading)
    assert str(reading.parser) == "v2023-text@1"
    at = Stated(datetime(2023, 9, 14, 13, 15, tzinfo=DHAKA), Precision.MINUTE)
    assert reading.article == Article(
        title=LINES[0],
        paragraphs=tuple(LINES[2:8]),
        section="আন্তর্জাতিক",
        credit="রয়টার্স",
        published=at,
        updated=at,
    )
    assert reading.article.paragraphs[-1].endswith("কর্তাব্যক্তিকে। সূত্র: রয়টার্স।")


def test_other_stories_below_the_seed_may_change_or_go() -> None:
    before = fingerprint(read(text_page(SEED)))
    for rest in (["নতুন শিরোনাম"], [], [*reversed(LINES[12:])]):
        assert fingerprint(read(text_page("\n".join([*LINES[:12], *rest])))) == before


def test_a_seed_cut_anywhere_is_never_a_shorter_story() -> None:
    whole = read(text_page(SEED))
    for end in range(len(SEED)):
        if end % 37 == 0 or end > SEED.index("বিভাগ :".encode()) - 40:
            reading = SITE.parse(text_page(SEED[:end], NEWS))
            assert isinstance(reading, Unreadable) or reading.article == whole, end


# --- Refusals ---


def test_a_lost_date_is_told() -> None:
    assert "no date line" in why(text_page("\n".join([LINES[0], *LINES[2:]])))
    broken = SEED.decode().replace("সেপ্টেম্বর", "অজানামাস")
    assert "the date line cannot be read" in why(text_page(broken))
    lost = SEED.decode().replace("আপডেট: ১৪", "আপডেট: ৪৪")
    assert "the date line cannot be read" in why(text_page(lost))


def test_an_empty_slot_for_the_update_is_no_loss() -> None:
    line = LINES[1].partition("১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | ")[0]
    article = read(text_page("\n".join([LINES[0], f"{line}১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | আপডেট:", *LINES[2:]])))
    assert article.published is not None
    assert article.updated is None


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>",
        "<!DOCTYPE html><html><body><div class='col-md-9'><h2>৪০৪</h2></div></body></html>",
        "<html></html>",
    ],
)
def test_a_wall_is_no_story(body: str) -> None:
    assert "knows this page" in why(Page(NEWS, "text/html; charset=utf-8", body.encode()))


@pytest.mark.parametrize("url", [NEWS, OLD, None])
def test_a_wall_saved_as_text_is_no_story(url: str | None) -> None:
    wall = "Attention Required! | Cloudflare\nSorry, you have been blocked\nYou are unable to access dailyinqilab.com"
    assert isinstance(SITE.parse(text_page(wall, url)), Unreadable)


def test_a_page_without_its_parts_says_which() -> None:
    def page(html: str) -> Page:
        return Page(NEWS, "text/html", html.encode())

    column = "<div class='col-md-9'>{}<div class='new-details'><div class='description'><p>ক</p></div></div></div>"
    assert "h2" in why(page(column.format("<p class='news-date-time'>x</p>")))
    assert "news-date-time" in why(page(column.format("<h2>ক</h2>")))
    assert "new-details" in why(page("<p data-new-details>x</p>"))
    assert "#ar_news_content" in why(page("<p>ar_news_content</p>"))
    assert ".col-xs-12 h1" in why(page("<p id=ar_news_content>x</p>"))
    assert "h5" in why(page("<div class='col-xs-12'><h1>ক</h1></div><p id=ar_news_content>x</p>"))


def test_a_body_cut_in_two_by_an_advertisement_is_whole() -> None:
    html = """<div class="col-md-9"><h2>ক</h2><p class="news-date-time">১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম</p>
    <div class="new-details"><div class="description"><p>এক</p></div><div class="ads">x</div>
    <div class="description"><p>দুই</p></div></div></div>"""
    assert read(Page(NEWS, "text/html; charset=utf-8", html.encode())).paragraphs == ("এক", "দুই")


# --- The text form of the design to 2022 ---

DATE = "স্টাফ রিপোর্টার | প্রকাশের সময় : ১ ফেব্রুয়ারি, ২০১৯, ১২:১১ এএম"
MASTHEAD = "রোববার ১৭ নভেম্বর ২০২৪, ০২ অগ্রহায়ণ ১৪৩১, ১৪ জামাদিউল সানী ১৪৪৬ হিজরি"


@pytest.mark.parametrize(
    ("head", "url", "title", "subheading", "section"),
    [
        (["Inqilab Logo", MASTHEAD, "এক"], OLD, "এক", None, None),
        (["Inqilab Logo", MASTHEAD, "এক", "দুই"], OLD, "এক", "দুই", None),
        ([MASTHEAD, "বিভাগীয়", "এক"], OLD, "এক", None, "বিভাগীয়"),
        ([MASTHEAD, "এক"], OLD, "এক", None, None),
        (["এক", "দুই"], OLD, "এক", "দুই", None),
        (["শূন্য", "এক! কথা", "দুই"], f"{OLD}/এক-কথা?x=1", "এক! কথা", "দুই", "শূন্য"),
    ],
)
def test_lines_above_the_date_are_told_apart(
    head: list[str], url: str, title: str, subheading: str | None, section: str | None
) -> None:
    article = read(text_page("\n".join([*head, DATE, "কথা।"]), url))
    assert (article.title, article.subheading, article.section) == (title, subheading, section)
    assert article.byline == "স্টাফ রিপোর্টার"
    assert article.published == Stated(datetime(2019, 2, 1, 0, 11, tzinfo=DHAKA), Precision.MINUTE)
    assert not article.title_derived


def test_a_text_without_a_title_is_called_by_its_lead() -> None:
    article = read(text_page("\n".join([DATE, "প্রথম কথা। দ্বিতীয় কথা।"])))
    assert (article.title, article.title_derived) == ("প্রথম কথা", True)


def test_the_day_of_the_crawl_is_never_the_day_of_the_story() -> None:
    assert "no date line" in why(text_page("\n".join(["Inqilab Logo", MASTHEAD, "শিরোনাম", "কথা।"]), OLD))


# --- Credits ---


@pytest.mark.parametrize(
    ("end", "credit"),
    [
        ("কথা। সূত্র: রয়টার্স।", "রয়টার্স"),
        ("কথা। সূত্র : বিবিসি, আল জাজিরা", "বিবিসি, আল জাজিরা"),
        ("(তথ্যসূত্র: বাসস)", "বাসস"),
        ("সূত্রঃ এএফপি।", "এএফপি"),
        ("পুলিশ সূত্র জানায়, মামলা হয়েছে।", None),
        ("সূত্র: এক। আরও কথা।", None),
        ("গোয়েন্দাসূত্র: কেউ নয়।", None),
    ],
)
def test_credit_is_what_the_last_sentence_names(end: str, credit: str | None) -> None:
    article = read(text_page("\n".join(["ক", DATE, "কথা।", end]), OLD))
    assert article.credit == credit
    assert article.paragraphs[-1] == end


# --- What only stands between the paragraphs ---

POINTER = "আরও পড়ুন"


def with_lines(*lines: str) -> Page:
    """The seed with further lines after its first paragraph."""
    return text_page("\n".join([*LINES[:3], *lines, *LINES[3:]]))


@pytest.mark.parametrize("pointer", [POINTER, f"{POINTER}:", f"{POINTER} »", "আরো পড়ুন :", "» আরও দেখুন"])
@pytest.mark.parametrize("headline", [*LINES[12:20], "‘কোট’ দিয়ে শুরু শিরোনাম"])
def test_a_headline_below_a_bare_pointer_is_no_part_of_the_story(pointer: str, headline: str) -> None:
    assert read(with_lines(pointer, headline)) == read(text_page(SEED))


@pytest.mark.parametrize(
    "line",
    [
        "তিনি এখন বাজারে চায়ের দোকান চালান।",
        "কে ছিঁড়ে নিল?",
        "কী ভয়ানক!",
        "‘চিঠিটা সময়মতো পেলে ভালো হতো’",
        "“চিঠিটা সময়মতো পেলে ভালো হতো”",
        "তিনি বলেন:",
        "তারা দুইজন। একজন এসেছিলেন আগে",
        "সূত্র: রয়টার্স",
        "শব্দ " * 40 + "শব্দ",
    ],
)
def test_a_paragraph_below_a_bare_pointer_stays(line: str) -> None:
    assert read(with_lines(POINTER, line)).paragraphs[1] == line


def test_only_one_line_below_a_bare_pointer_goes() -> None:
    assert read(with_lines(POINTER, "এক শিরোনাম", "একটি উপশিরোনাম")).paragraphs[1] == "একটি উপশিরোনাম"
    assert read(with_lines(f"{POINTER}: এক শিরোনাম", "একটি উপশিরোনাম")).paragraphs[1] == "একটি উপশিরোনাম"


def test_a_pointer_within_a_story_is_not_its_end() -> None:
    assert "the end of the story is missing" in why(text_page("\n".join([*LINES[:4], POINTER, "শিরোনাম", *LINES[4:8]])))
    old = ["ক", DATE, "প্রথম কথা।", POINTER, "এক শিরোনাম", "দ্বিতীয় কথা।"]
    furniture = [POINTER, "দুই শিরোনাম", "তিন শিরোনাম"]
    for lines in ([*old, *furniture], [*old, "Show all comments", *furniture], old):
        assert read(text_page("\n".join(lines), OLD)).paragraphs == ("প্রথম কথা।", "দ্বিতীয় কথা।")


LABELS = [
    "বিজ্ঞাপন",
    "পঠিত: ১২ বার",
    "পঠিত : ১,২৩৪ বার",
    "পঠিত 12 বার",
    "পড়া হয়েছে ১২ বার",
    "১২ বার পঠিত",
    "সংবাদটি ১২ বার পড়া হয়েছে",
    "শেয়ার করুন",
    "শেয়ার করুন:",
    "প্রিন্ট সংস্করণ",
    "Advertisement",
    "12 views",
]


@pytest.mark.parametrize("label", LABELS)
def test_labels_between_paragraphs_are_no_text(label: str) -> None:
    assert read(with_lines(label)) == read(text_page(SEED))
    assert read(html_page(f"<p>এক</p><p>{label}</p><p>দুই</p>")).paragraphs == ("এক", "দুই")


@pytest.mark.parametrize("line", ["শেয়ার", "বিজ্ঞাপন বন্ধ", "বইটি ১২ বার পঠিত হয়েছে", "প্রিন্ট সংস্করণ বন্ধ হলো", "১২ বার"])
def test_words_of_a_label_are_words_of_a_story_too(line: str) -> None:
    assert read(with_lines(line)).paragraphs[1] == line


def html_page(description: str, *, above: str = "", below: str = "") -> Page:
    html = f"""<div class="col-md-9"><h2>ক</h2><p class="news-date-time">১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম</p>
    <div class="new-details">{above}<div class="description">{description}</div>{below}</div></div>"""
    return Page(NEWS, "text/html; charset=utf-8", html.encode())


@pytest.mark.parametrize(
    "furniture",
    [
        '<span class="views">১২</span>',
        '<p><span class="post-views">১২ জন</span></p>',
        '<div id="div-gpt-ad-1"><p>সেরা অফার</p></div>',
        '<div id="view-counter">১২</div>',
        '<p class="print">প্রিন্ট</p>',
        '<a class="whatsapp-follow" href="https://example.org">চ্যানেল</a>',
        '<p><a href="https://ads.example/click?b=17">সেরা অফার</a></p>',
        '<p><a href="https://www.dailyinqilab.com/a/news/7">অন্য খবর</a></p>',
    ],
)
def test_counters_and_advertisements_are_no_text(furniture: str) -> None:
    assert read(html_page(f"<p>এক</p>{furniture}<p>দুই</p>")).paragraphs == ("এক", "দুই")


def test_a_card_of_another_story_is_no_part_of_the_body() -> None:
    card = '<div class="related"><p class="description">অন্য কথা</p></div>'
    assert read(html_page("<p>এক</p>", below=card)).paragraphs == ("এক",)


# --- Captions ---

STORY = "https://www.dailyinqilab.com/national/news/7"
OWN = [
    "<figure><img><figcaption>ছবি</figcaption></figure>",
    '<img><p class="caption">ছবি</p>',
    '<div class="wrap"><img><div class="caption-box"><p class="caption">ছবি</p></div></div>',
    '<figure class="caption"><a href="/files/large.jpg"><img></a><figcaption>ছবি</figcaption></figure>',
    f'<div><figure><img><figcaption>ছবি</figcaption></figure><p>কথা <a href="{STORY}">খবর</a></p></div>',
]
OTHERS = [
    '<div class="related"><figure><img><figcaption>ছবি</figcaption></figure></div>',
    '<div id="ads-2"><img><p class="caption">ছবি</p></div>',
    "<aside><figure><img><figcaption>ছবি</figcaption></figure></aside>",
    f'<a href="{STORY}"><figure><img><figcaption>ছবি</figcaption></figure></a>',
    f'<figure><a href="{STORY}"><img></a><figcaption>ছবি</figcaption></figure>',
    f'<div class="card"><a href="{STORY}"><img></a><div class="card-body"><p class="caption">ছবি</p></div></div>',
    f'<div class="card"><img><p class="caption"><a href="{STORY}">ছবি</a></p></div>',
]


@pytest.mark.parametrize("markup", OWN)
def test_captions_are_those_of_the_story_s_pictures(markup: str) -> None:
    assert read(html_page(f"<p>এক</p>{markup}")).captions == ("ছবি",)
    assert read(html_page("<p>এক</p>", above=markup)).captions == ("ছবি",)
    assert read(html_page("<p>এক</p>", below=markup)).captions == ()
    assert read(old_page(f"<p>এক</p>{markup}")).captions == ("ছবি",)


@pytest.mark.parametrize("markup", OTHERS)
def test_captions_of_other_stories_are_not_taken(markup: str) -> None:
    for page in (html_page(f"<p>এক</p>{markup}"), html_page("<p>এক</p>", above=markup), old_page(f"<p>এক</p>{markup}")):
        assert read(page).captions == ()


def test_a_body_that_is_marked_as_a_caption_is_none() -> None:
    page = html_page("<p>এক</p>")
    marked = Page(page.url, page.content_type, page.body.replace(b'"description"', b'"description caption"'))
    assert (read(marked).paragraphs, read(marked).captions) == (("এক",), ())


def old_page(body: str) -> Page:
    html = f"""<div class="col-xs-12"><h1>ক</h1><h5>{DATE}</h5><div id="ar_news_content">{body}</div></div>"""
    return Page(OLD, "text/html; charset=utf-8", html.encode())


# --- The end of the text form ---


@pytest.mark.parametrize(
    ("end", "is_whole"),
    [
        ("বিভাগ : আন্তর্জাতিক\n", True),
        ("বিভাগ : আন্তর্জাতিক\r\n\r\n", True),
        ("বিভাগ : আন্তর্জাতিক", False),
        ("বিভাগ : আন্তর্জাতিক ", False),
        ("বিভাগ : আন্তর্জা", False),
        ("বিভাগ :\n", False),
        ("বিভাগ\n", False),
        ("", False),
    ],
)
def test_a_capture_may_end_with_a_complete_section_line(end: str, is_whole: bool) -> None:
    page = text_page("\n".join([*LINES[:8], end]))
    if is_whole:
        assert read(page) == read(text_page(SEED))
    else:
        assert "the end of the story is missing" in why(page)
