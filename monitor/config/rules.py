"""The section `rules`: what somebody wants to be told of. Rules that were added by command are read by it, too."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.config.receivers import NAME, NAMES
from monitor.core.alerts import Limit
from monitor.core.errors import ConfigError
from monitor.core.query import Query, QueryError
from monitor.core.query.nodes import Changed, leaves
from monitor.core.quiet import Quiet
from monitor.core.rules import Occasion, Rule, RuleError
from monitor.core.saved_rules import SavedRule
from monitor.yamlfile.readers import Reader, boolean, called, duration, listed, one_of, section, text, whole
from monitor.yamlfile.tree import Refused, Value

_LIMIT: Final = re.compile(r"(?P<number>[0-9]{1,6}) per (?P<within>.+)")
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A rule as it is written."""

    to: tuple[str, ...]
    match: Query | None = None
    on: tuple[str, ...] | None = None
    min_change: int = 0
    quiet: Quiet | None = None
    limit: Limit | None = None
    every: bool = False
    enabled: bool = True


def rules(receivers: Collection[str]) -> Reader[Mapping[str, Rule]]:
    """Read rules, each under its name; `receivers` are those that they may name."""
    entry = _entry(receivers)

    def reader(value: Value) -> Mapping[str, Rule]:
        made = called(NAME, NAMES, lambda child: _maker(child, entry(child)))(value)
        return MappingProxyType({name: make(name) for name, make in made.items()})

    return reader


def new_rule(name: str, definition: Mapping[str, object], receivers: Collection[str]) -> Rule:
    """Return the rule that somebody defines by command; ConfigError says what is wrong with it."""
    value = Value.of({name: definition})
    try:
        return rules(receivers)(value)[name]
    except Refused as refused:
        raise ConfigError("\n".join(problem.render("") for problem in refused.problems)) from None


def saved_rules(saved: Iterable[SavedRule], receivers: Collection[str]) -> dict[str, Rule]:
    """Return the rules that were added by command, by name; ConfigError names one that does not hold any more."""
    entry, found = _entry(receivers), {}
    for each in saved:
        if each.definition is not None:
            value = Value.of(each.definition, each.name)
            try:
                found[each.name] = _maker(value, entry(value))(each.name)
            except Refused as refused:
                told = "\n".join(problem.render("the rules added by command") for problem in refused.problems)
                raise ConfigError(f"{told}\nremove it (`monitor rules remove {each.name}`) or add it anew") from None
    return found


def rules_in_force(
    configured: Mapping[str, Rule], saved: Collection[SavedRule], receivers: Collection[str]
) -> dict[str, Rule]:
    """Return the rules that hold, by name; ConfigError names one that was added by command and does not any more."""
    disabled = {each.name for each in saved if each.disabled_at is not None}
    added = saved_rules(saved, receivers)
    if twice := sorted(configured.keys() & added.keys()):
        raise ConfigError(
            f"rules: {twice[0]} is in the configuration, and was added by command too: rename or remove one"
        )
    return {name: rule for name, rule in {**configured, **added}.items() if name not in disabled}


def _entry(receivers: Collection[str]) -> Reader[_Entry]:
    return section(
        _Entry,
        required=("to",),
        match=_query,
        on=listed(one_of("occasion", tuple(Occasion))),
        to=listed(one_of("receiver", receivers)),
        min_change=whole(0, 100_000),
        quiet=_quiet,
        limit=_limit,
        every=boolean,
        enabled=boolean,
    )


def _maker(value: Value, entry: _Entry) -> Callable[[str], Rule]:
    """Return what makes the rule under its name; the refusal of one that could do nothing comes at once."""
    if entry.match is None and entry.on is None:
        raise value.refused("missing: match")
    if not entry.to:
        raise value.refused("to: expected at least one receiver, found an empty list")
    query = entry.match or Query.parse("")
    told: dict[str, Any] = {
        "query": query,
        "on": frozenset(map(Occasion, entry.on)) if entry.on else _usual(query),
        "to": tuple(dict.fromkeys(entry.to)),
        "min_change": entry.min_change,
        "quiet": entry.quiet,
        "limit": entry.limit,
        "every": entry.every,
        "enabled": entry.enabled,
    }
    try:
        Rule(name="", **told)
    except RuleError as error:
        raise value.refused(str(error)) from None
    return lambda name: Rule(name=name, **told)


def _usual(query: Query) -> frozenset[Occasion]:
    """Return what a rule is for that does not say it: news, also where an edit makes it so; or edits, if of them."""
    of_edits = any(isinstance(leaf, Changed) for leaf in leaves(query.node))
    return frozenset({Occasion.EDITED} if of_edits else {Occasion.PUBLISHED, Occasion.EDITED})


def _query(value: Value) -> Query:
    if not isinstance(value.data, str):
        raise value.unexpected("a query, as docs/queries.md describes them")
    try:
        return Query.parse(value.data)
    except QueryError as error:
        raise value.refused(str(error)) from None


def _quiet(value: Value) -> Quiet:
    hours, _, zone = text(value).strip().rpartition(" ")
    try:
        return Quiet.parse(hours, ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise value.unexpected('quiet hours and a time zone, such as "23:00-07:00 Asia/Dhaka"') from None


def _limit(value: Value) -> Limit:
    found = _LIMIT.fullmatch(value.data) if isinstance(value.data, str) else None
    if found is None or not int(found["number"]):
        raise value.unexpected('a number of alerts and a time, such as "5 per 1h"')
    within = duration(60, 30 * _DAY)(Value(found["within"], value.line, value.label, found["within"]))
    return Limit(int(found["number"]), timedelta(seconds=within))
