"""Headings that say there is no such page, and headlines that only sound like it."""

import pytest

from monitor.language.missing import says_missing


@pytest.mark.parametrize(
    "heading",
    [
        "404",
        "404 Not Found",
        "Error 404",
        "404 - Page not found | The Daily",
        "Page Not Found",
        "Page not found - Daily Inqilab",
        "Oops! Page not found",
        "Not Found",
        "The page you requested could not be found",
        "Sorry, we can't find the page you're looking for",
        "This article has been removed",
        "This story is no longer available",
        "The requested URL was not found on this server",
        "Sorry, this page does not exist",
        "পেজটি খুঁজে পাওয়া যায়নি",
        "পৃষ্ঠাটি পাওয়া যায়নি",
        "দুঃখিত, আপনার কাঙ্ক্ষিত পাতাটি খুঁজে পাওয়া যাচ্ছে না",
        "সংবাদটি পাওয়া যায়নি",
        "এই সংবাদটি সরিয়ে ফেলা হয়েছে",
        "৪০৪ নয়, 404 পাওয়া যায়নি",
        "410 Gone",
    ],
)  # fmt: skip
def test_says_missing(heading: str) -> None:
    assert says_missing(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Missing boy not found for three weeks",
        "404 killed in landslide",
        "Section 404 of the code is repealed",
        "Trump: no evidence found",
        "Mosque gone, villagers say",
        "নিখোঁজ জেলের খোঁজ পাওয়া যায়নি",
        "৪০৪ জন নিহত",
        "পুতিন-কিম শীর্ষ বৈঠক",
        "The Daily",
        "",
        "Peace found at last",
    ],
)  # fmt: skip
def test_is_a_headline(heading: str) -> None:
    assert not says_missing(heading)
