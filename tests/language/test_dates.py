"""Date lines as decision tables: what is read, and what must stay unread. A wrong time is worse than none.

Expected times are written as in bn_datelines.tsv: "2021-03-21 17:28" to the minute, "2023-02-21" a day, "-09-14" a day
of an unstated year, "-" nothing. Add to the tables below every line that was misread, and to the file every real one.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.language.date_tokens import fold
from monitor.language.dates import Dateline, MonthDay, Precision, Stated, read_dateline
from monitor.language.digits import TO_ASCII, TO_BENGALI

DHAKA, LONDON, KOLKATA = ZoneInfo("Asia/Dhaka"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")
NOON = datetime(2023, 9, 14, 12, 0, 30, tzinfo=DHAKA)  # a Thursday
NOTHING = Dateline(None, None)


def stated(written: str, zone: tzinfo = DHAKA) -> Stated | None:
    if written == "-":
        return None
    if written.startswith("-"):
        return Stated(MonthDay(int(written[1:3]), int(written[4:6])), Precision.MONTH_DAY)
    at = datetime.fromisoformat(written).replace(tzinfo=zone)
    return Stated(at, Precision.DAY if len(written) == 10 else Precision.MINUTE)


def bn(line: str, now: datetime | None = None) -> Dateline:
    return read_dateline(line, language="bn", timezone=DHAKA, now=now)


def en(line: str, zone: tzinfo = DHAKA) -> Dateline:
    return read_dateline(line, language="en", timezone=zone)


def real_lines() -> list[tuple[str, str, str]]:
    rows = (Path(__file__).parent / "bn_datelines.tsv").read_text(encoding="utf-8").splitlines()
    return [
        (line, published, updated) for _, line, published, updated in (row.split("\t") for row in rows if row[0] != "#")
    ]


@pytest.mark.parametrize(("line", "published", "updated"), real_lines())
def test_real_lines(line: str, published: str, updated: str) -> None:
    assert bn(line) == Dateline(stated(published), stated(updated))
    assert bn(unicodedata.normalize("NFD", line)) == bn(unicodedata.normalize("NFC", line)) == bn(line)


MONTHS = [
    ["জানুয়ারি", "জানুয়ারী", "january", "Jan."],
    ["ফেব্রুয়ারি", "ফেব্রুয়ারী", "ফেব্রুআরি", "february", "FEB"],
    ["মার্চ", "march", "mar"],
    ["এপ্রিল", "april", "Apr."],
    ["মে", "may"],
    ["জুন", "june", "jun"],
    ["জুলাই", "july", "jul"],
    ["আগস্ট", "আগষ্ট", "অগাস্ট", "অগাষ্ট", "আগাস্ট", "অগস্ট", "august", "aug"],
    ["সেপ্টেম্বর", "সেপ্টেম্বার", "সেপ্টেমবর", "সেপ্ট.", "september", "Sept.", "sep"],
    ["অক্টোবর", "অক্টোবার", "october", "oct"],
    ["নভেম্বর", "নভেম্বার", "নবেম্বর", "november", "nov"],
    ["ডিসেম্বর", "ডিসেম্বার", "december", "dec"],
]


@pytest.mark.parametrize(("month", "name"), [(month, name) for month, names in enumerate(MONTHS, 1) for name in names])
def test_months(month: int, name: str) -> None:
    precomposed = name.replace("য\u09bc", "\u09df")
    for form in (name, precomposed, unicodedata.normalize("NFD", name), name.replace("\u09bc", ""), name.title()):
        for line in (f"৫ {form} ২০২২", f"{form} ৫, ২০২২", f"৫ই {form}, 2022", f"5-{form}-2022"):
            assert bn(line).published == stated(f"2022-{month:02}-05"), line


CLOCKS = [
    ("১৭:২৮", "17:28"), ("০০:০০", "00:00"), ("৯:০৫", "09:05"), ("১৭:২৮:৪৫", "17:28:45"), ("১৭ঃ২৮", "17:28"), ("১৭: ২৮", "17:28"),
    ("১২:০৪ এএম", "00:04"), ("০০:১৫ এএম", "00:15"), ("১২:৩৪ পিএম", "12:34"), ("১:০১ পি.এম.", "13:01"), ("১:০১ এ এম", "01:01"),
    ("১৩:০৫ পিএম", "13:05"), ("১১:৩৮ পূর্বাহ্ন", "11:38"), ("১২:১৩ অপরাহ্ন", "12:13"), ("৬:০১ অপরাহ্ণ", "18:01"), ("3:44 PM", "15:44"),
    ("3:44pm", "15:44"), ("3.44 p.m.", "15:44"), ("3 pm", "15:00"), ("১৬৪১ ঘণ্টা", "16:41"), ("0941 hrs", "09:41"), ("১৬:৪১ ঘন্টা", "16:41"),
    ("সকাল ১০টা ৩০ মিনিট", "10:30"), ("সকাল ১০টা ৩০ মিনিটে", "10:30"), ("সকাল ৯টা ৫ মিনিট", "09:05"), ("সকাল ১০:৩০টায়", "10:30"),
    ("সকাল সাড়ে ৯টা", "09:30"), ("সকাল সোয়া ৯টা", "09:15"), ("সকাল পৌনে ৯টা", "08:45"), ("ভোর ৫টা", "05:00"), ("ভোর ৪:৪০", "04:40"),
    ("বেলা ১১টা ৩০ মিনিটে", "11:30"), ("বেলা ২টা", "14:00"), ("দুপুর ১২টা", "12:00"), ("দুপুর ১২:৩০", "12:30"), ("দুপুর ১টা", "13:00"),
    ("দুপুর দেড়টা", "13:30"), ("দুপুর আড়াইটায়", "14:30"), ("দুপুর পৌনে ১টা", "12:45"), ("বিকেল ৪টায়", "16:00"), ("বিকাল ৪টা", "16:00"),
    ("বিকাল সাড়ে ৪টা", "16:30"), ("সন্ধ্যা ৬টা", "18:00"), ("সন্ধ্যায় ৭:৪৫", "19:45"), ("সন্ধ্যা ১৮:৩০", "18:30"), ("রাত ৯:১৫", "21:15"),
    ("রাত ৯টা ১৫", "21:15"), ("রাত ৯.১৫", "21:15"), ("রাত ১১টা", "23:00"), ("রাত পৌনে ১২টা", "23:45"), ("রাত ১২টা", "00:00"),
    ("রাত ১২:৩০", "00:30"), ("রাত ২টা", "02:00"), ("মধ্যরাত ১২:১০", "00:10"), ("ভোর রাত ৩টা", "03:00"), ("সন্ধ্যা ৬:১৫ পিএম", "18:15"),
    ("২২টা", "22:00"), ("১২:০০ মধ্যাহ্ন", "12:00"), ("at 3:44 pm", "15:44"), ("৩:৪৪ পিএম বাংলাদেশ সময়", "15:44"), ("বাংলাদেশ সময় রাত ৯টা", "21:00"),
]  # fmt: skip
NO_CLOCKS = [
    "২৫:০০", "২৪:০০", "১২:৬০", "১২:৩০:৬০", "৯:৫", "১০", "১০টা", "সাড়ে ৯টা", "৯:৩০টা", "৪.৩০", "১৩:০৫ এএম", "০০:১৫ পিএম", "১৩ এএম",
    "সকাল ২টা", "সকাল ১০:৩০ পিএম", "রাত ১২:৩০ পিএম", "রাত ৬টা", "বিকেল ৯টা", "সন্ধ্যা ১২টা", "দুপুর ৬টা", "ভোর ১০টা", "দিবাগত রাত ১টা",
    "১০:৩০ ১১:৩০", "১০:৩০-১১:৩০", "১০:৩০ থেকে ১১:৩০", "সকাল", "এএম", "১০:৩০ এএম পিএম", "৩০ মিনিট", "৩ ঘণ্টা", "২৫০০ ঘণ্টা", "১৬৬১ ঘণ্টা",
    "১০:৩০ EST", "১০:৩০ এএম স্থানীয় সময়", "১০:৩০:৪৫:১২", "১৬৪১", "১০:৩০ +১৫:০০", "১০:৩০ UTC BST", "বাংলাদেশ সময়", "পৌনে ০টা", "রাত পৌনে ০টা",
]  # fmt: skip


@pytest.mark.parametrize(("clock", "read"), CLOCKS)
def test_clocks(clock: str, read: str) -> None:
    for line in (
        f"১৪ সেপ্টেম্বর ২০২৩, {clock}",
        f"{clock}, ১৪ সেপ্টেম্বর ২০২৩",
        f"প্রকাশ: {clock} | সেপ্টেম্বর ১৪, ২০২৩ | বৃহস্পতিবার",
    ):
        assert bn(line) == Dateline(stated(f"2023-09-14 {read}"), None), line


@pytest.mark.parametrize("clock", NO_CLOCKS)
def test_no_clocks(clock: str) -> None:
    for line in (f"১৪ সেপ্টেম্বর ২০২৩, {clock}", f"{clock}, ১৪ সেপ্টেম্বর ২০২৩", f"প্রকাশ: ১৪ সেপ্টেম্বর ২০২৩ | {clock}"):
        assert bn(line) == NOTHING, line


DAYS = [
    ("১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"), ("14 সেপ্টেম্বর 20২৩", "2023-09-14"), ("১৪ সেপ্টেম্বর, ২০২৩ খ্রিঃ", "2023-09-14"),
    ("সেপ্টেম্বর ১৪, ২০২৩", "2023-09-14"), ("২০২৩ সেপ্টেম্বর ১৪", "2023-09-14"), ("১৪-সেপ্টেম্বর-২০২৩", "2023-09-14"),
    ("১৯শে ফেব্রুয়ারি, ২০২৩", "2023-02-19"), ("১লা মার্চ ২০২৩", "2023-03-01"), ("২রা মার্চ ২০২৩", "2023-03-02"), ("৩রা মার্চ ২০২৩", "2023-03-03"),
    ("৪ঠা মার্চ ২০২৩", "2023-03-04"), ("১১ই মার্চ ২০২৩", "2023-03-11"), ("পহেলা জানুয়ারি ২০২৪", "2024-01-01"), ("২৯ ফেব্রুয়ারি ২০২৪", "2024-02-29"),
    ("বৃহঃ, ১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"), ("১৪ সেপ্টেম্বর ২০২৩ ইং, রোজ বৃহস্পতিবার", "2023-09-14"), ("তারিখ: ১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"),
    ("২০২৩-০৯-১৪", "2023-09-14"), ("২০২৩/০৯/১৪", "2023-09-14"), ("১৪/০৯/২০২৩", "2023-09-14"), ("৩/৪/২০২৩", "2023-04-03"), ("০৩-০৪-২০২৩", "2023-04-03"),
    ("১৪.০৯.২০২৩", "2023-09-14"), ("২৯ ভাদ্র ১৪৩০", "2023-09-13"), ("২৯শে ভাদ্র, ১৪৩০ বঙ্গাব্দ", "2023-09-13"), ("পহেলা বৈশাখ ১৪৩১", "2024-04-14"),
    ("৩০ ফাল্গুন ১৪৩০", "2024-03-14"), ("১৭ নভেম্বর ২০২৪, ১৪ জামাদিউল সানী ১৪৪৬ হিজরি", "2024-11-17"), ("ঢাকা, বৃহস্পতিবার ১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"),
    ("“১৪ সেপ্টেম্বর ২০২৩”", "2023-09-14"), ("১৪ সেপ্টেম্বর ২০২৩।", "2023-09-14"), ("১৪\u00a0সেপ্টে\u200dম্বর\u00a0২০২৩", "2023-09-14"), ("१४ সেপ্টেম্বর ٢٠٢٣", "2023-09-14"),
    ("১৪ সেপ্টেম্বর ২০২৩ (৩ মাস আগে)", "2023-09-14"), ("১৪ সেপ্টেম্বর", "-09-14"), ("সেপ্টেম্বর 14", "-09-14"), ("২৯ ফেব্রুয়ারি", "-02-29"),
    ("সিউল, সেপ্টেম্বর 14 (রয়টার্স) –", "-09-14"), ("ঢাকা, ১২ জুন, ২০২৩ (বাসস) :", "2023-06-12"), ("১৪ সেপ্টেম্বর, ১০:৩০", "-09-14"),
    ("2023-09-14T13:15:00Z", "2023-09-14 19:15"), ("2023-09-14T13:15:00.25+06:00", "2023-09-14 13:15:00.250000"), ("২০২৩-০৯-১৪ ১৩:১৫", "2023-09-14 13:15"),
    ("২০২৩ সালের ১৪ সেপ্টেম্বর", "2023-09-14"), ("২০২৩ সালের ১৪ই সেপ্টেম্বর", "2023-09-14"), ("১৪ই সেপ্টেম্বর, বৃহস্পতিবার ২০২৩", "2023-09-14"), ("September 14, Thursday, 2023", "2023-09-14"),
    ("৩০ ভাদ্র, ১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"), ("১৪ সেপ্টেম্বর ২০২৩, ৩০শে ভাদ্র", "2023-09-14"), ("১৮ পৌষ, ২ জানুয়ারি ২০২৪", "2024-01-02"),
    ("14.09.2023 13.15", "2023-09-14 13:15"), ("১৪ সেপ্টেম্বর ২০২৩ | ১৩.১৫", "2023-09-14 13:15"), ("noon, 14 September 2023", "2023-09-14 12:00"),
    ("2023-09-14T20:15:00-0500", "2023-09-15 07:15"), ("2023-09-14 13:15:00 +0000", "2023-09-14 19:15"), ("2023-09-14T13:15-05:30", "2023-09-15 00:45"),
]  # fmt: skip
NO_DAYS = [
    "", " ", "৩১ ফেব্রুয়ারি ২০২৩", "২৯ ফেব্রুয়ারি ২০২৩", "৩০ ফেব্রুয়ারি", "০ মার্চ ২০২৩", "৩২ মার্চ ২০২৩", "৩১/০৪/২০২৩", "১২/৩০/২০২৩", "2023-13-01",
    "১৪ সেপ্টেম্বর ২৩", "১৪-০৯-২৩", "১৪ সেপ্টেম্বর '২৩", "সেপ্টেম্বর '২৩", "সেপ্টেম্বর ২০২৩", "২০২৩", "১৪", "সেপ্টেম্বর", "বৃহস্পতিবার", "১০:৩০",
    "১৪ সেপ্টেম্বর ৯৯৯৯", "১৪ সেপ্টেম্বর ১৮৯৯", "১৪ সেপ্টেম্বর ২১০১", "১৪ সেপ্টেম্বর ১৪৩০", "১৪ সেপ্টেম্বর ২০২৩৩", "২০২৩-০৯", "2023-09-14T25:00", "2023-09-14T",
    "১৪ সেপ্টেম্বর ২০২৩ ১৫ সেপ্টেম্বর ২০২৩", "১৪ সেপ্টেম্বর ২০২৩ - ১৫ সেপ্টেম্বর ২০২৩", "১৪-১৫ সেপ্টেম্বর ২০২৩", "১৪ সেপ্টেম্বর ২০২৩, ১৫ সেপ্টেম্বর",
    "২৯ ভাদ্র", "৩২ ভাদ্র ১৪৩০", "৩০ ফাল্গুন ১৪২৯", "২৯ ভাদ্র ১৪২৫", "২৯ ভাদ্র ২০২৩", "১৪ জামাদিউল সানী ১৪৪৬ হিজরি", "১৪ সেপ্টেম্বর ২০২৩ বঙ্গাব্দ",
    "রোববার ১৭ নভেম্বর ২০২৪, ০৩ অগ্রহায়ণ ১৪৩১", "১৭ নভেম্বর ২০২৪, ১৪ জামাদিউল সানী ১৩৪৬ হিজরি", "১৪ সেপ্টেম্বর, ২৯ ভাদ্র ১৪৩০",
    "নিহত ১৪ সেপ্টেম্বর ২০২৩", "দাম, ১৪ সেপ্টেম্বর ২০২৩", "মেয়াদ: ১৪ সেপ্টেম্বর ২০২৩", "১৪ সেপ্টেম্বর ২০২৩ তারিখে সভা হবে", "নিজস্ব প্রতিবেদক | ১৪ সেপ্টেম্বর ২০২৩",
    "১৪৩০ জন", "১৪ সেপ্টেম্বর ২০২৩ জন", "০১৭১২-৩৪৫৬৭৮", "+৮৮০ ১৭১২ ৩৪৫৬৭৮", "১,৪৩০ টাকা", "৳১৪.০৯", "পৃষ্ঠা ১২", "১২-১৪", "৫/১০", "১.২.৩.৪", "৩-২",
    "মে মাসে ৫ জন নিহত হয়েছেন", "মার্চ ২০২৩ সালে ১৪ জন", "২০২৩ সালের ১৪ সেপ্টেম্বর রাত ৯টায় আগুন লাগে", "গতকাল", "আজ", "৩ ঘণ্টা আগে", "এইমাত্র",
    "পুনঃপ্রকাশিত: ১৪ সেপ্টেম্বর ২০২৩", "পুনঃ প্রকাশিত: ১৪ সেপ্টেম্বর ২০২৩", "সর্বশেষ প্রকাশিত: ১৪ সেপ্টেম্বর ২০২৩", "Re-published: 14 September 2023",
    "২৯ ভাদ্র, ১৪ সেপ্টেম্বর ২০২৩", "৩০ ভাদ্র, ১৪ সেপ্টেম্বর", "৩০ ভাদ্র, ১৪ সেপ্টেম্বর ২০১৫", "আজ ১৪ সেপ্টেম্বর ২০২৩", "বাসস, ১৪ সেপ্টেম্বর ২০২৩", "বাসস, ঢাকা, ২১ ফেব্রুয়ারি",
    "14.09.2023 9.15", "14.09.2023 13.15.30", "14.09.2023 13.60", "midnight, 14 September 2023", "মধ্যাহ্ন, ১৪ সেপ্টেম্বর ২০২৩", "noon 10:30, 14 September 2023", "২০২৩ সালের সেপ্টেম্বর",
    "By Friday, September 14, 2023", "By John Smith, September 14", "John Smith, September 14, 2023", "By John Smith", "২০২৩ সালের ১৪ সেপ্টেম্বর ২০২৪",
    "2023-09-14 10:00-11:00", "2023-09-14T10:00+15:00", "2023-09-14T10:00+05:75", "১৪ সেপ্টেম্বর ২০২৩ UTC", "১৪ সেপ্টেম্বর ১০:৩০ UTC", "৯/১৪/২০২৩",
    "১৪ সেপ্টেম্বর ২০২৩ " * 16, "১৪ সেপ্টেম্বর ২০২৩" + " " * 400, "২০০৯-০৬-১৯ ২৩:৩০",
]  # fmt: skip


@pytest.mark.parametrize(("line", "read"), DAYS)
def test_days(line: str, read: str) -> None:
    assert bn(line) == Dateline(stated(read), None)
    if read.startswith("2") and ":" not in line:
        assert bn(f"আপডেট: {line}") == Dateline(None, stated(read))


@pytest.mark.parametrize("line", NO_DAYS)
def test_no_days(line: str) -> None:
    assert bn(line) == NOTHING


A, B = "১৪ সেপ্টেম্বর ২০২৩, ১০:৩০", "১৫ সেপ্টেম্বর ২০২৩"
LABELS = [
    *((f"{label}{mark}{A}", "A", "-") for mark in (":", " : ", "ঃ ", " - ", " | ", " ") for label in (
        "প্রকাশ", "প্রকাশিত", "প্রকাশকাল", "প্রকাশের সময়", "প্রকাশের তারিখ", "প্রথম প্রকাশ", "Published", "posted on", "First published")),
    *((f"{label}{mark}{A}", "-", "A") for mark in (":", " : ", "ঃ ", " – ", " | ", " ") for label in (
        "আপডেট", "আপডেটেড", "আপডেট সময়", "সর্বশেষ আপডেট", "হালনাগাদ", "সংশোধিত", "পরিমার্জিত", "সম্পাদনা", "Updated", "Last updated", "Last modified on", "MODIFIED")),
    (f"প্রকাশ: {A} আপডেট: {B}", "A", "B"), (f"আপডেট: {B} | প্রকাশ: {A}", "A", "B"), (f"{A} আপডেট {B}", "A", "B"), (f"{A} (আপডেট: {B})", "A", "B"),
    (f"প্রকাশ: {B} | আপডেট: {A}", "B", "A"), (f"{A}, প্রকাশিত", "A", "-"), (f"{B} তারিখে প্রকাশিত", "B", "-"), (f"{A} | আপডেট:", "A", "-"),
    (f"প্রকাশ: | আপডেট: {B}", "-", "B"), (f"আপডেট: {B} | প্রকাশ:", "-", "B"), (f"প্রকাশ: ৩১ জুন ২০২৩ | আপডেট: {B}", "-", "B"),
    (f"৩১ জুন ২০২৩ | আপডেট: {B}", "-", "B"), (f"প্রকাশ: {A} | আপডেট: ২৫:০০, {B}", "A", "-"), (f"প্রকাশ: {A} | আপডেট: {B} | ২০৩ জন", "A", "-"),
    (f"নিজস্ব প্রতিবেদক, ঢাকা | প্রকাশিত: {A} | আপডেট: {B}", "A", "B"), (f"নিজস্ব প্রতিবেদক প্রকাশিত: {A}", "A", "-"), (f"জাগো নিউজ ২৪ | আপডেট {A}", "-", "A"),
    (f"(৩ মাস আগে) প্রকাশ: {A}", "A", "-"), (f"বৃহস্পতিবার | আপডেট: {A}", "-", "A"), (f"প্রকাশ: {A} | অনলাইন সংস্করণ", "A", "-"),
    (f"{B} | প্রকাশ: {A}", "-", "-"), (f"{A} | প্রকাশ: {A}", "A", "-"), (f"প্রকাশ: {A} প্রকাশিত: {B}", "-", "-"), (f"প্রকাশ: {A} আপডেট: {A} আপডেট: {B}", "A", "-"),
    (f"{A} আপডেট", "-", "-"), (f"প্রকাশ আপডেট: {A}", "-", "-"), (f"প্রকাশ/আপডেট: {A}", "-", "-"), (f"আপডেট: {A} প্রকাশ", "-", "-"), ("আপডেট:", "-", "-"),
    (f"বইটি প্রকাশিত {A}", "-", "-"), (f"বইটি, প্রকাশিত {A}", "-", "-"), (f"১৪৩০ জন নিহত | প্রকাশ: {A}", "-", "-"), (f"মে দিবসে নিহত | প্রকাশ: {A}", "-", "-"),
    (f"প্রকাশিত সংবাদে {A}", "-", "-"), (f"আপডেট: {A} | প্রকাশ: ৩ ঘণ্টা আগে", "-", "A"), (f"৩ ঘণ্টা আগে | আপডেট: {A}", "-", "A"), (f"{A} | {B} | আপডেট: {A}", "-", "A"),
    ("বাসস, ঢাকা, ১৫ সেপ্টেম্বর ২০২৩", "B", "-"), (f"{A} (আপডেট", "-", "-"), (f"{A} - আপডেট, {B} - প্রকাশিত", "-", "-"), (f"{A} (আপডেট)", "-", "A"), (f"{B} (updated)", "-", "B"), (f"{A} প্রকাশিত | {B} আপডেট", "A", "B"), (f"{A} আপডেট, {B} প্রকাশিত", "B", "A"), (f"{A} | আপডেট", "-", "-"),
    (f"{A} এ আপডেট হয়েছে", "-", "A"), (f"{B}-এ আপডেট করা হয়েছে", "-", "B"), (f"{A} (প্রকাশ), {B} (আপডেট)", "A", "B"), (f"{A} (আপডেট) {B}", "-", "-"),
    (f"{A} | প্রকাশিত | {B} | আপডেট", "-", "-"), (f"{A} প্রকাশিত {B} আপডেট", "-", "-"), (f"{A} প্রকাশিত | আপডেট: {B}", "-", "-"), (f"প্রকাশিত {A} | {B} আপডেট", "-", "-"),
    (f"{A} প্রকাশিত | ৩১ জুন ২০২৩ আপডেট", "-", "-"), (f"{A} প্রকাশিত | {B} প্রকাশিত", "-", "-"), (f"{A} | আপডেট হয়েছে", "-", "-"), (f"{A} প্রকাশ ও আপডেট", "-", "-"),
    (f"প্রকাশ ও আপডেট: {A}", "A", "A"), (f"Published and updated: {B}", "B", "B"), (f"প্রকাশ ও আপডেট: {A} | আপডেট: {B}", "A", "-"), ("প্রকাশ ও আপডেট:", "-", "-"),
    (f"আপডেট নিউজ প্রকাশ: {A}", "-", "-"), (f"আপডেট নিউজ | প্রকাশ: {A}", "-", "-"), (f"আপডেট: নিউজ প্রকাশ: {A}", "-", "-"), (f"নিউজ আপডেট: {A}", "-", "-"),
    (f"ফলাফল প্রকাশ: {A}", "-", "-"), (f"ফলাফল-প্রকাশ: {A}", "-", "-"), (f"তদন্ত রিপোর্ট প্রকাশ: {A}", "-", "-"), (f"ঢাকা প্রকাশ: {A}", "-", "-"), (f"Results published: {A}", "-", "-"),
    (f"প্রকাশ: {A} | ফলাফল আপডেট: {B}", "-", "-"), (f"প্রতিবেদক | ফলাফল প্রকাশ: {A}", "-", "-"), (f"বার প্রকাশ: {A}", "-", "-"), (f"জন স্মিথ - প্রকাশ: {A}", "A", "-"), (f"জন স্মিথ, প্রকাশ: {A}", "A", "-"),
    (f"স্টাফ রিপোর্টার আপডেট: {A}", "-", "A"), (f"অনলাইন ডেস্ক প্রকাশ: {A}", "A", "-"), (f"নিজস্ব প্রতিবেদক, ঢাকা প্রকাশ: {A}", "A", "-"), (f"By John Smith Published: {A}", "A", "-"),
    (f"Correspondent bdnews24.com Published : {A} Updated : {B}", "A", "B"), (f"Published by admin on {A}", "A", "-"), (f"Last updated by admin on {A}", "-", "A"),
    (f"Posted by John A. Smith, {A}", "A", "-"), (f"{B}, updated by admin", "-", "-"), ("Published by", "-", "-"), (f"By John Smith, {A}", "A", "-"), (f"By John Smith, {A} | Updated: {B}", "A", "B"),
    *((f"{label}: {A}", "A", "-") for label in ("আপলোড", "আপলোডের সময়", "পোস্ট", "Created", "Uploaded on")), (f"Corrected: {A}", "-", "A"),
    (f"{A} আপডেট করা তথ্য", "-", "-"), (f"{A} আপডেট ৩১ জুন ২০২৩", "A", "-"), (f"৫ আপডেট {A}", "-", "-"), ("আপডেট: ১৪ সেপ্টেম্বর", "-", "-09-14"), ("১০:৩০ | আপডেট: ১৪ সেপ্টেম্বর", "-", "-09-14"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "published", "updated"), LABELS)
def test_labels(line: str, published: str, updated: str) -> None:
    values = {"A": "2023-09-14 10:30", "B": "2023-09-15"}
    assert bn(line) == Dateline(stated(values.get(published, published)), stated(values.get(updated, updated)))


A_LATER = "2023-09-14 14:00"
OTHER_CLAUSE = [
    (f"প্রকাশ: {A} | আপডেট: ১৪:০০", "2023-09-14 10:30", A_LATER), (f"{A} (আপডেট ১৪:০০)", "2023-09-14 10:30", A_LATER), (f"আপডেট: ১৪:০০ | প্রকাশ: {A}", "2023-09-14 10:30", A_LATER),
    (f"প্রকাশ: {A} | আপডেট: ১০:৩০", "2023-09-14 10:30", "2023-09-14 10:30"), (f"প্রকাশ: {A} | আপডেট: ১০:২৯", "2023-09-14 10:30", "-"), (f"প্রকাশ: {B} | আপডেট: ১৪:০০", "2023-09-15", "-"),
    (f"প্রকাশ: {A} | আপডেট: ১৪:০০ UTC", "2023-09-14 10:30", "-"), (f"প্রকাশ: {A} UTC | আপডেট: ১৮:০০", "2023-09-14 16:30", "-"), (f"প্রকাশ: {A} | আপডেট: ১৪:০০ | আপডেট: ১৫:০০", "2023-09-14 10:30", "-"),
    (f"প্রকাশ: {A} | আপডেট: শুক্রবার ১৪:০০", "2023-09-14 10:30", "-"), ("প্রকাশ: ১৪ সেপ্টেম্বর ২০২৩ রাত ১১:৩০ | আপডেট: রাত ১২:৩০", "2023-09-14 23:30", "-"), ("আপডেট: ১৪:০০", "-", "-"),
    ("প্রকাশ: ১৪ সেপ্টেম্বর ২০২৩ | ১:১৫ অপরাহ্ন | আপডেট: ১৪ সেপ্টেম্বর ২০২৩ | ২:১৫", "2023-09-14 13:15", "-"), (f"প্রকাশ: {A} | আপডেট: {B}, ২:১৫ পিএম", "-", "2023-09-15 14:15"),
    ("প্রকাশ: ১:১৫ পিএম, ১৪ সেপ্টেম্বর ২০২৩ | আপডেট: ২:১৫", "2023-09-14 13:15", "-"), ("প্রকাশ: ১:১৫ পিএম, ১৪ সেপ্টেম্বর ২০২৩ | আপডেট: ১৪:০০", "2023-09-14 13:15", A_LATER),
    (f"{A} | আপডেট: {B} দুপুর ২টা", "-", "2023-09-15 14:00"), (f"{B}, ০০:৩০ | আপডেট: {B} দুপুর ২টা", "2023-09-15 00:30", "2023-09-15 14:00"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "published", "updated"), OTHER_CLAUSE)
def test_a_clause_beside_another(line: str, published: str, updated: str) -> None:
    assert bn(line) == Dateline(stated(published), stated(updated))


COUNTERS = [
    "১২৩৪ বার পঠিত",
    "১,২৩৪ বার পড়া হয়েছে",
    "পঠিত: ১২ বার",
    "ভিজিট : ১২",
    "২০৩জন দেখেছেন",
    "5 min read",
    "2023 views",
]


@pytest.mark.parametrize("counter", COUNTERS)
def test_counters_of_readers(counter: str) -> None:
    for line in (f"{A} | {counter}", f"{counter} | {A}", f"প্রকাশ: {A} ({counter})", f"প্রকাশ: {A} • {counter}।"):
        assert bn(line) == Dateline(stated("2023-09-14 10:30"), None), line
    for line in (f"{A} {counter}", f"{B} {counter}", counter, f"{A} | {counter} {B}"):
        assert bn(line) == NOTHING, line
    assert bn(f"{A} | {counter} | আপডেট: {B}") == Dateline(stated("2023-09-14 10:30"), stated("2023-09-15"))


RELATIVE = [
    ("৩ ঘণ্টা আগে", "2023-09-14"), ("১ ঘন্টা আগে", "2023-09-14"), ("এক ঘণ্টা আগে", "2023-09-14"), ("১১ ঘণ্টা আগে", "2023-09-14"), ("১২ ঘণ্টা আগে", "-"),
    ("১৪ ঘণ্টা আগে", "2023-09-13"), ("২৫ মিনিট আগে", "2023-09-14 11:35"), ("২ ঘণ্টা ৫ মিনিট আগে", "2023-09-14 09:55"), ("৩০ সেকেন্ড আগে", "2023-09-14 12:00"),
    ("এইমাত্র", "2023-09-14 12:00"), ("এই মাত্র", "2023-09-14 12:00"), ("গতকাল", "2023-09-13"), ("আজ", "2023-09-14"), ("গত পরশু", "2023-09-12"),
    ("গতকাল রাত ৯টা", "2023-09-13 21:00"), ("আজ সকাল ১০:৩০", "2023-09-14 10:30"), ("গতকাল, ১০:৩০ এএম", "2023-09-13 10:30"), ("২ দিন আগে", "2023-09-12"),
    ("প্রকাশ: ৩ ঘণ্টা আগে", "2023-09-14"), ("৩ ঘণ্টা আগে প্রকাশিত", "2023-09-14"), ("3 hours ago", "2023-09-14"), ("an hour ago", "2023-09-14"),
    ("yesterday", "2023-09-13"), ("গতকাল বুধবার", "2023-09-13"), ("আজ ১৪ সেপ্টেম্বর ২০২৩", "2023-09-14"), ("১৪ সেপ্টেম্বর ২০২২ (৩ দিন আগে)", "2022-09-14"),
    ("গতকাল রাত ১টা", "-"), ("আজ রাত ৯টা", "-"), ("আজ সোমবার", "-"), ("গতকাল ১৪ সেপ্টেম্বর ২০২৩", "-"), ("২ সপ্তাহ আগে", "-"), ("৩ মাস আগে", "-"), ("১ বছর আগে", "-"),
    ("কাল", "-"), ("আগামীকাল", "-"), ("৩ ঘণ্টা আগে ২৫ মিনিট আগে", "-"), ("৩ ঘণ্টা আগে, ১০:৩০", "-"), ("গতকাল আজ", "-"), ("৩ ঘণ্টা আগে নিহত", "-"), ("৩০০ মিনিট আগে", "-"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "read"), RELATIVE)
def test_relative(line: str, read: str) -> None:
    assert bn(line, NOON) == bn(line, NOON.astimezone(UTC)) == Dateline(stated(read), None)
    if "২০২২" not in line:
        assert bn(line) == NOTHING
    assert bn(line, datetime(1, 1, 1, tzinfo=UTC)) == bn(line)


def test_naive_now_and_unknown_zone_are_errors() -> None:
    with pytest.raises(ValueError, match="aware"):
        bn("আজ", NOON.replace(tzinfo=None))
    with pytest.raises(KeyError):
        read_dateline("আজ", language="bn", timezone="Asia/Nowhere")


ENGLISH = [
    ("14 September 2023, 1:15 PM", "2023-09-14 13:15"), ("Sept. 14, 2023 at 1:15 p.m.", "2023-09-14 13:15"), ("14th of September, 2023", "2023-09-14"),
    ("Thursday, September 14, 2023 13:15 BST", "2023-09-14 13:15"), ("Thu, 14 Sep 2023 07:15:00 GMT", "2023-09-14 13:15"), ("14/09/2023", "2023-09-14"),
    ("Thu, 14 Sep 2023 03:15:00 -0400", "2023-09-14 13:15"), ("09/14/2023", "2023-09-14"), ("09/09/2023", "2023-09-09"), ("1:15 PM (GMT+6), 14 Sept 2023", "2023-09-14 13:15"),
    ("BDST: 2145 HRS, NOV 11, 2014", "2014-11-11 21:45"), ("14-Sep-2023 | 12 noon", "2023-09-14 12:00"), ("SEOUL, Sept 14 (Reuters) -", "-09-14"), ("May 5", "-05-05"),
    ("Published September 14, 2023 1:15pm", "2023-09-14 13:15"), ("By Jane Doe | Published: Sep 14, 2023", "2023-09-14"), ("2 Oct 2023 09:05:07 UTC", "2023-10-02 15:05:07"),
    ("09/10/2023", "-"), ("9-10-2023", "-"), ("14/13/2023", "-"), ("14 September 2023 13:15 EST", "-"), ("14 September 2023 13:15 IST", "-"), ("Sep-23", "-"), ("Sept '23", "-"),
    ("May 2023", "-"), ("Last published: 14 September 2023", "-"), ("Updated 14 September 2023", "-"), ("Expires 14 September 2023", "-"), ("It may rain on 5 days", "-"),
    ("Call 01712-345678", "-"), ("Summer of 2023", "-"), ("14 September 2023 to 15 September 2023", "-"), ("5 minute read", "-"), ("৫ মে ২০২৩", "-"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "read"), ENGLISH)
def test_english(line: str, read: str) -> None:
    assert en(line).published == stated(read)
    assert read_dateline(line, language="EN_gb", timezone="Asia/Dhaka").published == stated(read)


@pytest.mark.parametrize(
    ("line", "zone", "read"),
    [
        ("14 September 2023 13:15 BST", LONDON, "2023-09-14 13:15"),
        ("First published on Thu 14 Sep 2023 13.15 BST", LONDON, "2023-09-14 13:15"),
        ("First published on Sat 14 Jan 2023 13.15 BST", LONDON, "-"),
        ("14 January 2023 13:15 BST", LONDON, "-"),
        ("14 September 2023 13:15 GMT", LONDON, "2023-09-14 14:15"),
        ("14 September 2023 13:15 IST", KOLKATA, "2023-09-14 13:15"),
        ("14 September 2023 13:15 BST", KOLKATA, "-"),
        ("14 September 2023 13:15 +06", timezone(timedelta(hours=6)), "2023-09-14 13:15"),
        ("26 March 2023 01:30", LONDON, "-"),  # the clocks went from 1:00 to 2:00
        ("29 October 2023 01:30", LONDON, "2023-10-29"),  # and from 2:00 to 1:00
        ("29 October 2023 01:30 BST", LONDON, "2023-10-29 01:30"),
    ],
)
def test_zones(line: str, zone: tzinfo, read: str) -> None:
    assert en(line, zone).published == stated(read, zone)


def test_bangla_dates_are_of_bangladesh() -> None:
    masthead = "১৭ নভেম্বর ২০২৪, ১ অগ্রহায়ণ ১৪৩১"  # as in Kolkata
    assert read_dateline(masthead, language="bn-IN", timezone=KOLKATA).published == stated("2024-11-17", KOLKATA)
    assert read_dateline("১ অগ্রহায়ণ ১৪৩১", language="bn", timezone=KOLKATA) == NOTHING


@pytest.mark.parametrize("language", ["fr", "", "ben", "hi-IN"])
def test_other_languages_have_iso_forms_only(language: str) -> None:
    def read(line: str) -> Stated | None:
        return read_dateline(line, language=language, timezone="Asia/Dhaka").published

    assert read("২০২৩-০৯-১৪") == stated("2023-09-14")
    assert read("2023-09-14 13:15:00,5-02:00") is None
    assert read("2023-09-14T13:15:00,5-02:00") == stated("2023-09-14 21:15:00.500000")
    for line in (
        "14 September 2023",
        "14/09/2023",
        "2023/09/14",
        "2023-9-4",
        "2023-09-14, 13:15",
        "13:15 2023-09-14",
        "1",
        A,
    ):
        assert read(line) is None, line


def test_digits_and_folding() -> None:
    assert "০১২৩৪৫৬৭৮৯ ٠١٢ ۹ ९ ൯ ０ 5".translate(TO_ASCII) == "0123456789 012 9 9 9 0 5"
    assert "10:09".translate(TO_BENGALI) == "১০:০৯"
    assert fold("PM সময\u09bc — “১৪” ক\u09c7\u09beন") == fold("pm সম\u09df –  ১৪  কোন") == "pm সময -  14  কোন"


@st.composite
def rendered(draw: st.DrawFn) -> tuple[str, datetime]:
    """A line saying one minute, in a shape put together at random, and that minute."""
    at = draw(st.datetimes(datetime(1972, 1, 1), datetime(2100, 12, 31))).replace(second=0, microsecond=0, tzinfo=DHAKA)
    assume(at.year != 2009)  # the one year whose clocks were changed
    month, minute, twelve = draw(st.sampled_from(MONTHS[at.month - 1])), f"{at.minute:02}", at.hour % 12 or 12
    weekday = ["সোম", "মঙ্গল", "বুধ", "বৃহস্পতি", "শুক্র", "শনি", "রোব"][at.weekday()] + "বার"
    halves = [("এএম", "পিএম"), ("পূর্বাহ্ন", "অপরাহ্ন"), ("a.m.", "PM")]
    parts = ["রাত"] * 4 + ["ভোর"] * 2 + ["সকাল"] * 6 + ["দুপুর"] * 3 + ["বিকেল"] * 3 + ["সন্ধ্যা"] * 2 + ["রাত"] * 4
    part = parts[at.hour]
    clock = draw(
        st.sampled_from(
            [f"{at.hour:02}:{minute}", f"{at.hour:02}:{minute}:00", f"{at.hour:02}{minute} ঘণ্টা", f"{at.hour}ঃ{minute}"]
        )
        | st.sampled_from([f"{twelve}:{minute} {half[at.hour >= 12]}" for half in halves])
        | st.sampled_from(
            [f"{part} {twelve}:{minute}", f"{part} {twelve}টা {minute} মিনিট", f"{part} {twelve}.{minute}"]
        )
    )
    days = [
        f"{at.day} {month} {at.year}",
        f"{month} {at.day}, {at.year}",
        f"{at:%Y-%m-%d}",
        f"{at:%d/%m/%Y}",
        f"{at.day} {month}, {at.year}",
    ]
    items = [draw(st.sampled_from(days)), clock, *draw(st.sampled_from([[], [weekday]]))]
    line = draw(st.sampled_from([", ", " | ", " - ", " ", " • ", "; "])).join(draw(st.permutations(items)))
    mixed = draw(st.integers(0, len(line)))
    line = line[:mixed].translate(TO_BENGALI) + line[mixed:]
    return draw(st.sampled_from([line, unicodedata.normalize("NFD", line), line.replace("য\u09bc", "\u09df")])), at


def _halves(line: str) -> bool:
    """Whether the time of a line has am, pm or a part of the day."""
    return re.search("এএম|পিএম|হ্ন|[ap]\\.?m|রাত|ভোর|সকাল|দুপুর|বিকেল|সন্ধ্যা", fold(line)) is not None


@given(rendered(), rendered())
def test_what_is_written_is_read(first: tuple[str, datetime], second: tuple[str, datetime]) -> None:
    (one, at), (two, later) = first, second
    published, updated = Stated(at, Precision.MINUTE), Stated(later, Precision.MINUTE)
    assert bn(one) == bn(f"প্রকাশঃ {one}") == Dateline(published, None)
    assert bn(f"সর্বশেষ আপডেট {one}") == Dateline(None, published)
    assume(_halves(one) == _halves(two) or not {at.hour, later.hour} & set(range(1, 13)))
    assert bn(f"{one} | আপডেট: {two}") == bn(f"Updated: {two} Published: {one}") == Dateline(published, updated)
    assert bn(f"{one} | {two}").published in ((published,) if at == later else (None,))


@given(rendered(), st.sampled_from(["নিহত হয়েছেন", "জন", "১৪", "থেকে", "১৯৭১", "বার পঠিত", "%", "'২৩", "মে", "সাড়ে"]))
def test_what_is_not_understood_spoils_the_line(line: tuple[str, datetime], odd: str) -> None:
    assert bn(f"{line[0]} {odd}") == NOTHING
    assert bn(f"{odd} {line[0]}") == NOTHING


WORDS = st.sampled_from([*"0123456789০১২৩৪৫৬৭৮৯,.:|/()+-'ঃ।TZ \n", "মে", "জুন", "14", "১২", "2023", "২০২৩", "২০১৯", "১০:৩০", "এএম", "pm", "রাত", "টা", "সাড়ে",
    "মিনিট", "ঘণ্টা", "আগে", "গতকাল", "প্রকাশ", "আপডেট", "হিজরি", "সময়", "বাংলাদেশ", "UTC", "BST", "রোববার", "st", "ই", "ঢাকা", "জন", "এ এম",
    "by", "বাসস", "বার", "পঠিত", "noon", "সালের", "ভাদ্র", "প্রকাশ ও আপডেট", "হয়েছে", "ডেস্ক"])  # fmt: skip


@given(st.text(max_size=40) | st.lists(WORDS, max_size=14).map(" ".join) | st.lists(WORDS, max_size=14).map("".join))
def test_any_text_is_read_without_error_and_nothing_is_invented(text: str) -> None:
    plain = text.translate(TO_ASCII)
    for language in ("bn", "en", "fr"):
        said = read_dateline(text, language=language, timezone="Asia/Dhaka")
        read_dateline(text, language=language, timezone=LONDON, now=NOON)
        for one in (said.published, said.updated):
            if one is None:
                continue
            if isinstance(one.at, MonthDay):
                assert str(one.at.day) in plain
            elif not any(offset in text for offset in ("+", "-", "UTC", "Z", "z", "বাংলাদেশ")):
                assert str(one.at.year) in plain
                assert str(one.at.day) in plain
                assert one.precision is Precision.DAY or f"{one.at.minute:02}" in plain or "সাড়ে" in text
        if said.updated is not None:
            assert any(label in text for label in ("আপডেট", "pdate", "odified"))


@given(st.text(alphabet="০১২৩৪৫৬৭৮৯য়ড়োৌকেরি\u09bc\u09be\u09c7 :,", max_size=20), rendered())
def test_composed_and_decomposed_read_alike(noise: str, line: tuple[str, datetime]) -> None:
    for text in (noise, f"{noise} | প্রকাশের সময়: {line[0]}", line[0]):
        assert bn(unicodedata.normalize("NFC", text)) == bn(unicodedata.normalize("NFD", text)) == bn(text)


@pytest.mark.parametrize(
    "text",
    [
        "১" * 10**6,
        "(" * 300,
        "১:" * 150,
        "a." * 150,
        "- " * 150,
        "১৪ মে " * 50,
        ":" * 79,
        "১," * 39,
        "রাত " * 70,
        "? , " * 70,
    ],
)
def test_long_lines_are_none(text: str) -> None:
    assert bn(text) == NOTHING
