"""Every site, walked: each parser has cases, each case is read as expected, and furniture never counts as an edit.

A case is a captured page in a site's `cases` folder, with a .json of the same name (`monitor.sitekit.cases`).
Add a case by putting the page there. What is expected of it is then written by the first run, which fails; review it.
"""

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import sites
from monitor.core.articles import Article, Reading, Unreadable
from monitor.core.errors import UsageError
from monitor.core.fingerprints import fingerprint
from monitor.core.urls import urn_digest
from monitor.sitekit.cases import case_of, expected
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser, Site
from tests.sites.urns import urn_of

CATALOGUE = sites.load()
ROOT = Path(sites.__file__).parent
OTHER_TEXT = "অন্য কথা ৭৭"
_WORD = re.compile(r"[\u0980-\u09ff]{5,}")


@dataclass(frozen=True)
class Case:
    """A captured page and what is said about it."""

    site: Site
    path: Path

    @property
    def notes(self) -> Path:
        return self.path.with_suffix(".json")

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.notes.read_text(encoding="utf-8")) if self.notes.exists() else {}
        return {"url": urn_of(self.path.read_bytes()), "content_type": "", "note": "", "furniture": [], **said}

    def page(self, body: bytes | None = None) -> Page:
        return Page(self.said["url"], self.said["content_type"], self.path.read_bytes() if body is None else body)

    def read(self, body: bytes | None = None) -> Article:
        reading = self.site.parse(self.page(body))
        assert isinstance(reading, Reading), reading
        return reading.article

    def changed(self, *texts: str, to: str) -> bytes:
        text = self.path.read_bytes().decode()
        for each in texts:
            assert each in text
            text = text.replace(each, to)
        return text.encode()


ALL = [
    Case(site, path)
    for site in CATALOGUE
    for path in sorted((ROOT / site.name / "cases").glob("*"))
    if path.suffix != ".json"
]
CASES = [pytest.param(case, id=f"{case.site.name}-{case.path.name}") for case in ALL]
STORIES = [param for param, case in zip(CASES, ALL, strict=True) if "unreadable" not in case.said]


@pytest.mark.parametrize("case", CASES)
def test_case_is_read_as_expected(case: Case) -> None:
    said = case.said
    found = expected(case.site, case.page())
    if "unreadable" in said:
        assert found["unreadable"].startswith(said["unreadable"])
        return
    if "article" not in said:
        written = {**case_of(case.site, case.page(), said["note"]), **said, **found}
        case.notes.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"please review what was written to {case.notes}")
    assert found == {name: said[name] for name in found}


@pytest.mark.parametrize("case", CASES)
def test_case_url_is_claimed_by_its_site_alone_under_the_expected_key(case: Case) -> None:
    url = case.said["url"]
    assert case.site.key_of(url) == case.said["key"]
    if urn_digest(url):
        assert CATALOGUE.claim(url) is None
        assert url == urn_of(case.path.read_bytes())
        return
    assert CATALOGUE.claim(url) is case.site
    canonical = case.site.canonical(url)
    assert case.site.key_of(canonical) == case.said["key"]
    assert case.site.canonical(canonical) == canonical


@pytest.mark.parametrize("site", [pytest.param(site, id=site.name) for site in CATALOGUE])
def test_a_site_has_an_example_of_each_url_form(site: Site) -> None:
    assert all(any(pattern.fullmatch(url) for url in site.examples) for pattern in site.match)
    assert all(CATALOGUE.claim(url) is site for url in site.examples)


@pytest.mark.parametrize("case", STORIES)
def test_reading_twice_gives_the_same_fingerprint(case: Case) -> None:
    assert fingerprint(case.read()) == fingerprint(case.read())


@pytest.mark.parametrize("case", STORIES)
def test_body_and_title_say_something(case: Case) -> None:
    article = case.read()
    assert article.title.strip() == article.title != ""
    assert article.paragraphs
    assert all(text.strip() == text != "" for text in article.paragraphs)


@pytest.mark.parametrize("case", STORIES)
def test_changed_or_missing_furniture_changes_nothing(case: Case) -> None:
    article = case.read()
    for text in case.said["furniture"]:
        assert case.read(case.changed(text, to=OTHER_TEXT)) == article, f"changed: {text}"
        assert case.read(case.changed(text, to="")) == article, f"gone: {text}"
    assert case.read(case.changed(*case.said["furniture"], to=OTHER_TEXT)) == article, "all changed at once"


@pytest.mark.parametrize("case", STORIES)
def test_a_changed_word_of_the_story_changes_the_fingerprint(case: Case) -> None:
    """Take a word that stands on the page once, and change it: no part of the story is overlooked."""
    source = case.path.read_bytes().decode()
    article = case.read()
    before, tried = fingerprint(article), 0
    for text in (*article.paragraphs, *article.captions, article.subheading or "", article.byline or ""):
        word = next((word for word in _WORD.findall(text) if source.count(word) == 1), None)
        if word is not None:
            tried += 1
            assert fingerprint(case.read(case.changed(word, to="ভিন্নকথা"))) != before, word
    assert tried >= min(len(article.paragraphs), 2)
    if not article.title_derived:
        assert fingerprint(case.read(case.changed(article.title, to=OTHER_TEXT))) != before


@pytest.mark.parametrize("case", STORIES)
def test_a_story_with_broken_bytes_is_not_read(case: Case) -> None:
    body = case.path.read_bytes()
    at = body.index(case.read().paragraphs[-1][:12].encode())
    reading = case.site.parse(case.page(body[: at + 2] + b"\xff" + body[at + 3 :]))
    assert isinstance(reading, Unreadable)
    assert "not valid UTF-8" in reading.why


@pytest.mark.parametrize("site", [pytest.param(site, id=site.name) for site in CATALOGUE])
def test_every_parser_has_two_cases(site: Site) -> None:
    used = [case.said.get("parser") for case in ALL if case.site is site]
    names = [parser.name for parser in site.parsers]
    assert len(set(names)) == len(names)
    assert {name: used.count(name) >= 2 for name in names} == dict.fromkeys(names, True)


def test_every_case_has_its_page() -> None:
    pages = {case.notes for case in ALL}
    assert {path for site in CATALOGUE for path in (ROOT / site.name / "cases").glob("*.json")} == pages


CONTENT_TYPES = st.sampled_from(
    ["", "text/html; charset=utf-8", "text/html", "text/plain", "text/html; charset=utf-16"]
)


@settings(max_examples=300)
@given(
    body=st.binary(max_size=400),
    content_type=CONTENT_TYPES,
    url=st.sampled_from(["", "https://dailyinqilab.com/a/news/1"]),
)
def test_no_bytes_make_a_parser_raise(body: bytes, content_type: str, url: str) -> None:
    for site in CATALOGUE:
        for parser in site.parsers:
            parser.applies(Page(url, content_type, body))
            parser.read(Page(url, content_type, body))
        site.parse(Page(url, content_type, body))
        for source in site.sources:
            source.links(Page(source.url, content_type, body))


@settings(max_examples=300)
@given(data=st.data())
def test_no_damage_to_a_real_page_makes_a_parser_raise(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(ALL))
    body = case.path.read_bytes()
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 4000)))
        body = body[:start] + data.draw(st.binary(max_size=20)) + body[end:]
    case.site.parse(case.page(body))


# --- Finding the sites ---


class _Entry:
    """An entry point of another package."""

    name, value, dist = "theirs", "their.package:SITE", None

    def __init__(self, loaded: object) -> None:
        self.loaded = loaded

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def _with_entry(monkeypatch: pytest.MonkeyPatch, loaded: object) -> None:
    monkeypatch.setattr(sites, "entry_points", lambda group: [_Entry(loaded)] if group == "monitor.sites" else [])


def test_all_packages_but_families_are_sites() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py") if not path.parent.name.startswith("_")}
    assert set(CATALOGUE.names) == folders


def test_a_site_of_another_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = dataclasses.replace(CATALOGUE.get("wirecopy"), name="theirs")
    _with_entry(monkeypatch, theirs)
    assert sites.load().get("theirs") is theirs


@pytest.mark.parametrize(
    ("loaded", "message"),
    [
        ("a string", "of type str; it must be a monitor.sitekit.site.Site"),
        (None, "is missing"),
        (ImportError("no module named x"), "cannot be loaded: no module named x"),
        (dataclasses.replace(CATALOGUE.get("wirecopy"), title="Another"), "two sites are named 'wirecopy'"),
    ],
)
def test_a_wrong_site_of_another_package_is_named(
    monkeypatch: pytest.MonkeyPatch, loaded: object, message: str
) -> None:
    _with_entry(monkeypatch, loaded)
    with pytest.raises(UsageError, match=message):
        sites.load()


def test_a_package_without_a_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("monitor.sites.wirecopy.SITE")
    with pytest.raises(UsageError, match=r"monitor\.sites\.wirecopy\.SITE is missing"):
        sites.load()


def test_families_are_not_sites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "_families").mkdir()
    (tmp_path / "_families" / "__init__.py").write_text("raise AssertionError('imported')")
    (tmp_path / "notes.py").write_text("raise AssertionError('imported')")
    monkeypatch.setattr(sites, "__path__", [str(tmp_path)])
    assert sites.load().names == ()


def test_a_page_that_no_parser_knows_says_which_there_are() -> None:
    nothing = dataclasses.replace(
        CATALOGUE.get("wirecopy"), parsers=(Parser("never", 1, lambda _: False, lambda _: Unreadable("")),)
    )
    assert nothing.parse(Page("", "", b"x")) == Unreadable("no parser of wirecopy (never) knows this page")
