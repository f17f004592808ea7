"""Why a story is looked at again when it is, drawn for a person and written for a program."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from rich.text import Text

from monitor.cli.output import console
from monitor.cli.shapes import Json, article_shape, time_shape
from monitor.cli.style import time_text
from monitor.cli.timeline import width_text
from monitor.core.budget import Outlook
from monitor.core.records import Planned
from monitor.pipeline.why import Reasons


def reasons_shape(found: Reasons) -> Json:
    """Write why a story is looked at again when it is."""
    planned, last = found.planned, found.planned.last
    return {
        "article": article_shape(found.story),
        "next_check_at": time_shape(planned.next_check.at),
        "why": planned.next_check.why,
        "quiet_since": time_shape(planned.next_check.since),
        "last_fetch": last and {"at": time_shape(last.at), "outcome": last.outcome, "why": last.why},
        "changes": [
            {
                "version": each.seq,
                "change": each.change,
                "after": time_shape(each.changed_after),
                "before": time_shape(each.first_seen_at),
            }
            for each in found.changes
        ],
        "signals": {
            "since": time_shape(planned.signalled_at),
            "looked_into": planned.signals.count,
            "true": planned.signals.true,
            "trusted": planned.signals.trusted,
        },
        "budget": found.outlook and budget_shape(found.outlook),
    }


def budget_shape(outlook: Outlook) -> Json:
    """Write what may be spent on the stories of a site."""
    terms = outlook.terms
    return {
        "price": outlook.price,
        "fetches_per_article": terms.fetches,
        "fetches_at_price": outlook.fetches,
        "horizon_seconds": terms.horizon.total_seconds(),
        "stories": outlook.watched,
        "requests_wanted": outlook.wanted,
        "requests_expected": outlook.expected,
        "requests_a_day": terms.requests_a_day,
        "delay_seconds": terms.delay,
        "requests_allowed": terms.capacity,
        "warning": outlook.warning,
    }


def print_reasons(found: Reasons, zone: tzinfo, now: datetime) -> None:
    """Draw why a story is looked at again when it is."""
    out = console()
    out.print(Text(found.story.title or "(never read)", "bold"))
    out.print(Text(f"{found.story.ref.name} (id {found.story.ref.id})\n{found.story.ref.url}", "dim"))
    out.print(Text(f"all times are of {zone}, but those in the reason are of UTC\n", "dim"))
    for name, words in (*_plan(found.planned, zone, now), *_past(found, zone), *_spending(found.outlook)):
        out.print(Text.assemble((f"{name:<11}", "bold"), words))


def _plan(planned: Planned, zone: tzinfo, now: datetime) -> Iterator[tuple[str, str]]:
    at = planned.next_check.at
    if at is None:
        yield "next look", "none is planned"
    else:
        yield "next look", f"{time_text(at, zone)}, {'due now' if at <= now else f'in {width_text(at - now)}'}"
    yield "because", planned.next_check.why


def _past(found: Reasons, zone: tzinfo) -> Iterator[tuple[str, str]]:
    last, signals = found.planned.last, found.planned.signals
    fetched = f"{time_text(last.at, zone)}  {last.outcome}" if last else "none on record"
    yield "last fetch", f"{fetched}: {last.why}" if last and last.why else fetched
    if not found.changes:
        yield "changes", "none"
    for each in found.changes:
        between = f"between {time_text(each.changed_after, zone)} and {time_text(each.first_seen_at, zone)}"
        yield "change", f"version {each.seq}, {each.change} {between}"
    waiting = found.planned.signalled_at
    reported = f"changed, {time_text(waiting, zone)}, not looked into yet; " if waiting else ""
    believed = "" if signals.trusted else ", so no look is made for them"
    yield "reports", f"{reported}of the site's last {signals.count}, {signals.true} were true{believed}"


def _spending(outlook: Outlook | None) -> Iterator[tuple[str, str]]:
    if outlook is None:
        yield "budget", "none: the site is switched off"
        return
    terms = outlook.terms
    stretched = f", stretched to {outlook.fetches:.1f}" if outlook.is_stretched else ""
    fetches = f"{terms.fetches:g} fetches an article in its first 30 days{stretched}"
    yield "budget", f"{fetches} (price {outlook.price:.2f}); quiet ones are left after {terms.horizon.days} d"
    if outlook.warning:
        yield "site", outlook.warning
        return
    allowed = f"; its host allows {terms.capacity:,.0f}" if terms.capacity else ""
    watched = "1 story under watch takes" if outlook.watched == 1 else f"{outlook.watched:,} stories under watch take"
    yield "site", f"{watched} about {outlook.expected:,.0f} requests a day{allowed}"
