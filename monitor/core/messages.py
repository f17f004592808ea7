"""Messages, as they are claimed in order to be sent: see `monitor.core.alerts` for what becomes of them."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.alerts import Json
from monitor.core.leases import Lease


@dataclass(frozen=True, slots=True)
class Message:
    """What one receiver is to be told, claimed in order to be sent.

    `key` names it for good. `story` is the database id of the story it is about, None for a digest and for what befell
    a site: messages about one story keep their order. `tries` were made before this one, `tried_since` is when the
    first was.
    """

    id: int
    key: str
    receiver: str
    payload: Json
    lease: Lease
    created_at: datetime
    story: int | None = None
    tries: int = 0
    tried_since: datetime | None = None
