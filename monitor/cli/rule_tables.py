"""How rules look, and what they catch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from monitor.cli.output import Format, console, print_fields, print_json, print_line, print_rows
from monitor.cli.shapes import time_shape
from monitor.cli.style import short_key, time_text, verdict_text
from monitor.core.changes import Change
from monitor.core.payloads import Matched
from monitor.core.rules import Rule
from monitor.core.saved_rules import RuleCount, SavedRule
from monitor.language.analyse import Word
from monitor.pipeline.backtest import Caught
from monitor.sitekit.catalogue import Catalogue

_EXCERPTS = 3
_FOUND = "bold black on yellow"


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule as it is listed: what it says, where it stands, and how often it was met."""

    name: str
    enabled: bool
    origin: str
    match: str
    on: tuple[str, ...]
    to: tuple[str, ...]
    count: RuleCount | None

    def shape(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "name": self.name,
            "enabled": self.enabled,
            "origin": self.origin,
            "match": self.match,
            "on": list(self.on),
            "to": list(self.to),
            "alerts": self.count.alerts if self.count else 0,
            "last_at": time_shape(self.count.last_at if self.count else None),
        }


def listed_rules(
    configured: Mapping[str, Rule], saved: Sequence[SavedRule], met: Mapping[str, RuleCount]
) -> list[ListedRule]:
    """Return all rules, by name."""
    off = {each.name for each in saved if each.disabled_at is not None}
    listed = [
        ListedRule(
            name=rule.name,
            enabled=rule.enabled and rule.name not in off,
            origin="configuration",
            match=rule.query.text,
            on=tuple(sorted(rule.on)),
            to=rule.to,
            count=met.get(rule.name),
        )
        for rule in configured.values()
    ]
    listed += [_listed(each, met.get(each.name)) for each in saved if each.definition is not None]
    return sorted(listed, key=lambda rule: rule.name)


def _listed(saved: SavedRule, count: RuleCount | None) -> ListedRule:
    """Show a rule as it was added: it may name a receiver that is there no more."""
    definition: Mapping[str, Any] = saved.definition or {}
    return ListedRule(
        name=saved.name,
        enabled=saved.disabled_at is None,
        origin="command",
        match=definition.get("match", ""),
        on=tuple(definition.get("on", ())),
        to=tuple(definition.get("to", ())),
        count=count,
    )


def print_rules(listed: Sequence[ListedRule]) -> None:
    """Print rules as a table."""
    head = ("name", "state", "from", "alerts", "to", "on", "match")
    print_rows(head, [_row(rule) for rule in listed])


def _row(rule: ListedRule) -> list[Text]:
    state = Text("on", "green") if rule.enabled else Text("off", "dim")
    alerts = Text(f"{rule.count.alerts if rule.count else 0}")
    on = Text(", ".join(rule.on) or "(the usual)")
    return [Text(rule.name), state, Text(rule.origin), alerts, Text(", ".join(rule.to)), on, Text(rule.match)]


class CaughtPrinter:
    """Prints what a rule catches, as it is found."""

    def __init__(self, format_: Format, sites: Catalogue) -> None:
        self._format, self._sites, self.out = format_, sites, console()
        self._shapes: list[dict[str, Any]] = []
        self._stories: set[int] = set()
        self.caught = 0
        if format_ is Format.TABLE and not self.out.is_terminal:
            print_fields(("at", "event", "key", "title", "words"))

    @property
    def stories(self) -> int:
        """How many stories it was about."""
        return len(self._stories)

    def take(self, caught: Caught) -> None:
        """Print an event that was caught."""
        self.caught += 1
        self._stories.add(caught.past.ref.id)
        match self._format:
            case Format.JSON:
                self._shapes.append(_caught_shape(caught))
            case Format.JSONL:
                print_line(_caught_shape(caught))
            case Format.TABLE:
                self._row(caught)

    def end(self) -> None:
        """Print what could not be printed before."""
        if self._format is Format.JSON:
            print_json(self._shapes)

    def _row(self, caught: Caught) -> None:
        past = caught.past
        at, words = time_text(past.at, self._sites.zone_of(past.ref.site)), _words(caught.matched)
        if not self.out.is_terminal:
            print_fields((at, past.event.kind, past.ref.name, past.article.title, ", ".join(words)))
            return
        line = Text.assemble(at, "  ", (f"{past.event.kind:<11}", "bold"))
        if past.change is not Change.NEW and past.before is not None:
            line.append_text(verdict_text(past.event.announced)).append("  ")
        line.append_text(_highlighted(past.article.title, words))
        line.append(f"\n        {short_key(past.ref.name)}", "dim")
        for excerpt in _excerpts(caught.matched):
            line.append("\n        ").append_text(_highlighted(excerpt, words))
        self.out.print(line)


def print_words(found: Sequence[Word], shared: Iterable[str]) -> None:
    """Print of what words are forms, and what they share."""
    rows = [[Text(word.form), Text(", ".join(sorted(word.lemmas)))] for word in found]
    print_rows(("word", "may be a form of"), rows)
    print_fields(("one word", ", ".join(sorted(shared))) if shared else ("not one word",))


def _words(matched: Sequence[Matched]) -> list[str]:
    return list(dict.fromkeys(each.word for each in matched))


def _excerpts(matched: Sequence[Matched]) -> list[str]:
    """Return a few excerpts that show more than the title, which is shown in any case."""
    return list(dict.fromkeys(each.excerpt for each in matched if each.field != "title"))[:_EXCERPTS]


def _highlighted(text: str, words: Sequence[str]) -> Text:
    shown = Text(text)
    shown.highlight_words(words, _FOUND)
    return shown


def _caught_shape(caught: Caught) -> dict[str, Any]:
    past = caught.past
    return {
        "at": time_shape(past.at),
        "event": past.event.kind,
        "change": past.change,
        "announced": past.event.announced,
        "id": past.ref.id,
        "key": past.ref.name,
        "url": past.ref.url,
        "version": past.seq,
        "title": past.article.title,
        "matched": [{"field": each.field, "word": each.word, "excerpt": each.excerpt} for each in caught.matched],
    }
