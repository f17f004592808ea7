"""The changes of a story seen beside those of its site: what is told one by one, and what the operator is told once."""

from dataclasses import replace
from datetime import datetime

from monitor.core.events import Event
from monitor.core.masses import Shift, changed, judge, settled
from monitor.core.records import ArticleState
from monitor.pipeline.ports import Store


def hold_back(
    store: Store, state: ArticleState, events: tuple[Event, ...], at: datetime
) -> tuple[tuple[Event, ...], Shift | None]:
    """Return the events of a look, held back where it was the site that changed, and the step of the site's hold.

    The record is asked only where something changed or is held: at most looks it is not.
    """
    way = next((each.way for each in events if each.way), None)
    before = state.hold
    if way is None and before is None:
        return events, None
    last = store.last_ways(state.ref.id, at)
    verdict = judge(before, way, last, seen_at=state.last_shown_at, now=at)
    events = tuple(replace(each, held=verdict.held and each.way is not None) for each in events)
    if verdict.hold == before:
        return events, None
    if verdict.hold is None and before is not None:
        return events, Shift(before, None, settled(before, store.held_back(state.ref.id, before.since)))
    return events, Shift(before, verdict.hold, changed(way or "", last))
