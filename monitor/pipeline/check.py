"""One check of one story, the heart of the product.

fetch     Fetcher.get(url)                      -> Outcome, a value; or Deferred: the host is to be left alone
look      site.parse(page)                      -> Reading | Unreadable, or what the page is instead     reading.py
weigh     what is on record, the look           -> what it came to, and all that there is to write       weigh.py
alert     the rules that its events meet                                                             matching.py
commit    one transaction: observation, capture, version, corrections, events, absence, next check.
          Somebody else was quicker: weigh again.
"""

from dataclasses import replace
from typing import Final

from monitor.core.errors import StoreError
from monitor.core.outcomes import Deferred, Outcome
from monitor.core.records import ArticleRef, ArticleState
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Conflict
from monitor.pipeline.reading import look
from monitor.pipeline.weigh import Checked, weigh

_TRIES: Final = 10


async def check(monitor: Monitor, ref: ArticleRef, url: str, *, lease: str | None = None) -> Checked | Deferred:
    """Ask for a story once, at one of its addresses, and put on record what was found; Lost as in `Store.commit`."""
    site, fetcher = monitor.sites.get(ref.site), monitor.fetcher
    state = await monitor.call(monitor.store.state, ref.id) if fetcher.conditional else None
    validators = state.validators if state and url == state.ref.url else None
    outcome = await fetcher.get(url, delay=site.delay, validators=validators)
    if isinstance(outcome, Deferred):
        return outcome
    return await monitor.call(judge, monitor, ref, outcome, state, lease=lease)


def judge(
    monitor: Monitor, ref: ArticleRef, outcome: Outcome, state: ArticleState | None = None, *, lease: str | None = None
) -> Checked:
    """Decide what an outcome means for a story, and commit it; decide again if somebody else was quicker.

    `state` is what is on record of the story, None if that is not at hand. `lease` is the one it is checked under.
    """
    site, store = monitor.sites.get(ref.site), monitor.store
    seen = look(monitor.archive, site, ref.key, outcome)
    rule = monitor.rechecks.rule(monitor.archive, site.name, monitor.clock.now())
    for _ in range(_TRIES):
        state = state or store.state(ref.id, ref=outcome.exchange.ref)
        checked, commit = weigh(store, site, replace(state, rule=rule), seen)
        if commit is None:
            return checked
        commit = monitor.alerting.of_check(store, site, state, commit, monitor.clock.now())
        try:
            version = store.commit(replace(commit, lease=lease))
        except Conflict:
            state = None
            continue
        return checked if version is None else replace(checked, version=version)
    raise StoreError(f"{ref.name}: {_TRIES} times in a row another process wrote to this story first; run it again")
