"""Leads: datelines, and titles for texts that have none."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.articles import PlaceLine
from monitor.sitekit.leads import LONGEST_TITLE, place_line, title_from_lead


@pytest.mark.parametrize(
    ("text", "language", "line"),
    [
        ("সিউল, সেপ্টেম্বর 14 – কথা", "bn", PlaceLine("সিউল", 9, 14)),
        ("সিউল, সেপ্টেম্বর 14 - কথা", "bn", PlaceLine("সিউল", 9, 14)),
        ("ঢাকা, ১২ মার্চ, ২০২৪ (বাসস) : কথা", "bn", PlaceLine("ঢাকা", 3, 12, 2024)),
        ("নিউ ইয়র্ক, ১ জানুয়ারি (রয়টার্স) — কথা", "bn", PlaceLine("নিউ ইয়র্ক", 1, 1)),
        ("WASHINGTON, Sept 14 (Reuters) - Words", "en", PlaceLine("WASHINGTON", 9, 14)),
        ("ST. PETERSBURG, Jan. 5, 2024 — Words", "en", PlaceLine("ST. PETERSBURG", 1, 5, 2024)),
        ("সিউল, সেপ্টেম্বর 14 কথা", "bn", None),
        ("সিউল – কথা", "bn", None),
        ("ঢাকা, ৩১ ফেব্রুয়ারি – কথা", "bn", None),
        ("তিনি আজ সকালে সভায় বলেন, ১৪ সেপ্টেম্বর – সেদিনই হবে", "bn", None),
        ("প্রতিমন্ত্রী বলেন, ১৪ সেপ্টেম্বর বেলা ৩টা: সময় ঠিক", "bn", None),
        ("", "bn", None),
    ],
)
def test_place_line(text: str, language: str, line: PlaceLine | None) -> None:
    assert place_line(text, language) == line


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("সিউল, সেপ্টেম্বর 14 – প্রথম কথা। দ্বিতীয় কথা।", "bn", "প্রথম কথা"),
        ("কে আসবে? জানা নেই।", "bn", "কে আসবে?"),
        (
            "WASHINGTON, Sept 14 (Reuters) - The U.S. said Mr. Kim came. Then he left.",
            "en",
            "The U.S. said Mr. Kim came",
        ),
        ("কথা", "bn", "কথা"),
        ("।", "bn", "।"),
        ("", "bn", ""),
        ("সিউল, সেপ্টেম্বর 14 –", "bn", "সিউল, সেপ্টেম্বর 14 –"),
        ("ক" * 150, "bn", "ক" * 100 + "…"),
        ("কি" * 75, "bn", "কি" * 50 + "…"),
        (("কথা " * 25).strip() + ", আরও কথা", "bn", ("কথা " * 25).strip() + "…"),
    ],
)
def test_title_from_lead(text: str, language: str, title: str) -> None:
    assert title_from_lead(text, language) == title


@given(st.text(alphabet=st.sampled_from("কখ\u09bc\u09bf\u09cd\u200d a।.,-–😀\U0001f3fd1"), max_size=300))
def test_a_title_is_the_beginning_of_the_lead_cut_at_whole_letters(text: str) -> None:
    title = title_from_lead(text, "bn")
    assert bool(title) == bool(text.strip())
    if title.endswith("…"):
        whole = " ".join(text.split())
        start = whole.index(title[:-1])
        ends = {match.end() for match in regex.finditer(r"\X", whole)}
        assert start + len(title) - 1 in ends
        first = regex.match(r"\X", title)
        assert first is not None
        assert len(title) - 1 <= max(LONGEST_TITLE, first.end())


@given(st.text(max_size=200), st.sampled_from(["bn", "en", "xx", ""]))
def test_no_text_makes_them_raise(text: str, language: str) -> None:
    place_line(text, language)
    title_from_lead(text, language)
