"""What happened to stories so far, as the record tells it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.events import Event
from monitor.core.records import ArticleRef


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event of a story, with the version that the story was at then.

    `before` is the version before it, last seen at `changed_after`, where the event is a change of the text. `seq`
    numbers the version that `article` is, and `first_seen_at` is when it was first seen.
    """

    id: int
    at: datetime
    event: Event
    ref: ArticleRef
    seq: int
    first_seen_at: datetime
    article: Article
    change: Change
    before: Article | None = None
    changed_after: datetime | None = None
