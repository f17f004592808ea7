"""Signals on record: a source reported that a story was changed, and what such reports of its site were worth so far.

Whoever writes here has the site's row to himself (`keep_site`, `wait_for_site`), and took it before any story's row.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from monitor.core.rechecks import History, next_check
from monitor.core.signals import Signals
from monitor.store.rows import AnyRow, portions
from monitor.store.tables import UtcDateTime, articles, sites

SIGNALS: Final = (sites.c.signals, sites.c.signals_true)
"""The columns of Signals."""

_OF: Final = select(*SIGNALS).where(sites.c.id == bindparam("site"))
# A story that was never read is due anyway, or is not to be read at all.
_READ: Final = (
    select(articles.c.id, articles.c.added_at, articles.c.checked_at, articles.c.next_check_at)
    .where(articles.c.id.in_(bindparam("ids", expanding=True)), articles.c.shown_at.is_not(None))
    .order_by(articles.c.id)
)
_SIGNAL: Final = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(signalled_at=func.coalesce(articles.c.signalled_at, bindparam("at", type_=UtcDateTime)))
)
_DUE: Final = _SIGNAL.values(next_check_at=bindparam("new_at", type_=UtcDateTime), next_check_why=bindparam("new_why"))


def to_signals(row: AnyRow) -> Signals:
    """Read the columns SIGNALS."""
    return Signals(row.signals, row.signals_true)


def keep_signals(connection: Connection, site_id: int, ids: Sequence[int], at: datetime) -> None:
    """Note that a source of a site reports stories as changed, and make them due if that is worth a look."""
    if not ids:
        return
    signals = to_signals(connection.execute(_OF, {"site": site_id}).one())
    for some in portions(sorted(ids)):
        for row in connection.execute(_READ, {"ids": some}).all():
            _signal(connection, row, signals, at)


def keep_proof(connection: Connection, site_id: int, *, proved: bool) -> None:
    """Note whether a signal of a site was true."""
    signals = to_signals(connection.execute(_OF, {"site": site_id}).one()).after(proved=proved)
    row = {"signals": signals.count, "signals_true": signals.true}
    connection.execute(update(sites).where(sites.c.id == site_id), row)


def _signal(connection: Connection, row: AnyRow, signals: Signals, at: datetime) -> None:
    about = {"article": row.id, "at": at}
    if signals.trusted:
        reported = History(None, row.added_at, row.checked_at, (), (at,), signals.precision)
        planned = next_check(reported, now=at)
        if planned.at is not None and (row.next_check_at is None or planned.at < row.next_check_at):
            connection.execute(_DUE, {**about, "new_at": planned.at, "new_why": planned.why})
            return
    connection.execute(_SIGNAL, about)
