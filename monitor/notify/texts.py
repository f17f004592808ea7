"""What a person is told of an alert: a title, a plain text, and a short form where there is little room.

Pages are quoted a line at a time and behind words of our own, so that nothing of theirs can look like ours: control
characters are gone, line ends folded, and what chat services would take for a call (@everyone) or for a link under
another text is broken by an invisible space.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from monitor.core.diff import BRACKETS, Op, head, near
from monitor.core.harmless import harmless

_CONTEXT: Final = 40
_LONGEST_TITLE: Final = 200
_LONGEST_FIELD: Final = 1_500
_MATCHES: Final = 5
_UNWRITABLE: Final = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
_PARAGRAPH: Final = re.compile(r"\s*\n\s*\n\s*")
_SPACE: Final = re.compile(r"\s+")
_CALLS: Final = re.compile(r"@(?=\w)|<(?=[\w@!#:])|\](?=[(\[:])|`(?=`)")

_WHAT: Final = {
    "story.published": "new story",
    "story.edited": "edit",
    "story.restamped": "new update time, same text",
    "story.unpublished": "story gone",
    "story.restored": "story back",
    "source.failing": "a source cannot be read",
    "source.recovered": "a source can be read again",
    "source.lost_items": "a source lost its stories",
    "site.failing": "the site fails",
    "site.recovered": "the site is fine again",
    "site.changed": "the site changed, edits are held back",
    "site.settled": "the site has settled, edits are told again",
    "receiver.disabled": "a receiver wants no more alerts",
}
_VERDICTS: Final = {True: "announced edit", False: "silent edit", None: "edit"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a person reads: a title of one line, a text of many, or a short one of one line where there is little room.

    `link` leads to the story.
    """

    title: str
    text: str
    short: str
    link: str | None = None


def told(payload: Mapping[str, Any]) -> Told:
    """Return what a person is told of a payload (docs/alerts.md)."""
    type_, data = payload["type"], payload["data"]
    if type_ == "test":
        return Told("a test of monitor", data["note"], data["note"])
    if type_ == "digest":
        return _of_digest(data)
    title = f"{_about(data)}: {_what(type_, data['event']['announced'])}"
    if data["story"] is None:
        return _of_event(title, data, payload["timestamp"])
    return _of_story(title, type_, data)


def _about(data: dict[str, Any]) -> str:
    return _line(data["site"]["title"]) if data["site"] else f"receiver {_line(data['receiver']['name'])}"


def _what(type_: str, announced: bool | None) -> str:
    return _VERDICTS[announced] if type_ == "story.edited" else _WHAT[type_]


def _of_story(title: str, type_: str, data: dict[str, Any]) -> Told:
    story = data["story"]
    title, url = f"{title}: {_cut(_line(story['title']), _LONGEST_TITLE)}", _address(story["url"])
    blocks = [url, *_changed(data)]
    if type_ == "story.published":
        blocks += [_introduced(story), *_matched(data)]
    else:
        blocks.append(f"Why: {_line(data['event']['why'])}.")
    blocks += [_stated(story), _rule(data)]
    return Told(title, "\n".join(filter(None, blocks)), url, url)


def _of_event(title: str, data: dict[str, Any], at: str) -> Told:
    why = _line(data["event"]["why"])
    source = f"Source: {_address(data['source']['url'])}" if "source" in data else ""
    blocks = [f"Why: {why}.", source, f"At: {_time(at)}", _next(data), _rule(data)]
    return Told(title, "\n".join(filter(None, blocks)), _cut(why, _LONGEST_TITLE))


def _next(data: dict[str, Any]) -> str:
    """Return what to do about a receiver that wants nothing any more."""
    if "receiver" not in data:
        return ""
    return f"What waits for it is kept: `monitor alerts enable {data['receiver']['name']}` sends it."


def _of_digest(data: dict[str, Any]) -> Told:
    count, rule = data["count"], _line(data["rule"]["name"])
    title = f"{count} alerts of the rule {rule}"
    between = f"From {_time(data['since'])} to {_time(data['until'])}"
    lines = [f"{between}:"]
    for alert in data["alerts"]:
        story, what = alert["story"], _what(alert["type"], alert["announced"])
        called = _cut(_line(story["title"]), _LONGEST_TITLE) if story else _line(alert["why"])
        lines.append(f"- {_line(alert['site'] or 'receiver')}: {what}: {called}")
        if story:
            lines.append(f"  {_address(story['url'])}")
    if count > len(data["alerts"]):
        lines.append(f"… and {count - len(data['alerts'])} more")
    return Told(title, "\n".join(lines), between)


def _changed(data: dict[str, Any]) -> Iterator[str]:
    """Return when a text changed, by how much, and each of its fields with the words that did."""
    change = data["change"]
    if change is None:
        return
    before, after = change["between"]
    between = f"between {_time(before)} and {_time(after)}" if before else f"before {_time(after)}"
    yield f"Changed {between}: {_words(change['added'])} in, {_words(change['removed'])} out."
    for field in change["fields"]:
        yield f"{_line(field['field']).capitalize()}: {_diff(field['spans'])}"


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"


def _diff(spans: list[dict[str, str]]) -> str:
    parts: list[str] = []
    for index, span in enumerate(spans):
        op, text = Op(span["op"]), _folded(span["text"])
        left, right = BRACKETS[op]
        if op is Op.EQUAL:
            parts.append(near(text, first=index == 0, last=index == len(spans) - 1, context=_CONTEXT))
        else:
            end = len(text.rstrip())
            parts.append(f"{left}{text[:end]}{right}{text[end:]}")
    return _uncalling(_cut("".join(parts).strip(), _LONGEST_FIELD))


def _introduced(story: dict[str, Any]) -> str:
    """Return the sub-heading, and by whom and in which section a story is."""
    about = " · ".join(_line(story[name]) for name in ("section", "byline", "credit") if story[name])
    lines = [f"Sub-heading: {_line(story['subheading'])}"] if story["subheading"] else []
    return "\n".join([*lines, f"In: {about}"] if about else lines)


def _matched(data: dict[str, Any]) -> Iterator[str]:
    for match in data["matched"][:_MATCHES]:
        yield f"Matched {_line(match['word'])} in {_line(match['field'])}: {_line(match['excerpt'])}"


def _stated(story: dict[str, Any]) -> str:
    stated = (f"{name} {_stamp(story[name]['at'])}" for name in ("published", "updated") if story[name])
    times = ", ".join(stated)
    return f"The page says: {times}." if times else ""


def _rule(data: dict[str, Any]) -> str:
    return f"Rule: {_line(data['rule']['name'])}" if data["rule"] else ""


def _stamp(at: str) -> str:
    """Write a stated time as a person does, in its own zone: `2023-09-14 13:15 +06:00`; a date stays as it is."""
    return f"{at[:10]} {at[11:16]} {at[19:]}" if "T" in at else at


def _time(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"


def _line(text: str) -> str:
    """Return a text of a page as one line in which nothing steers, calls or links."""
    return _uncalling(_folded(text).strip())


def _uncalling(line: str) -> str:
    return _CALLS.sub("\\g<0>\u200b", line)


def _folded(text: str) -> str:
    return _SPACE.sub(" ", _PARAGRAPH.sub(" ¶ ", _writable(text)))


def _address(url: str) -> str:
    """Return an address on one line; but for that it stays as it is, or it would not lead there any more."""
    return "".join(_writable(url).split())


def _writable(text: str) -> str:
    """Return a text that any encoding of Unicode and any XML can hold."""
    return harmless(text.encode("utf-8", "replace").decode()).translate(_UNWRITABLE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{head(text, longest)} …"
