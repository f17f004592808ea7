"""What is counted, as Prometheus reads it."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from monitor.service.metrics import Metrics

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)

LABELS = ("site", "result", "kind", "reason", "receiver", "state")


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every value by its name and labels, those of the process left out."""
    return {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        if sample.name.startswith("monitor_") and not sample.name.endswith(("_created", "_bucket"))
    }


def test_all_that_is_told_is_counted() -> None:
    metrics = Metrics()
    for result in ("unchanged", "unchanged", "edited"):
        metrics.checked("inqilab", result, silent=result == "edited")
    metrics.polled("inqilab", fine=True)
    metrics.polled("inqilab", fine=False)
    metrics.happened("inqilab", "site failing")
    metrics.put_off("inqilab", "host")
    metrics.told("desk", "delivered")
    metrics.waits({"desk": 5})
    metrics.ticked(AT)
    metrics.under_way(3)
    metrics.stands({"inqilab": 12, "daily": 1}, failing=1)
    assert samples(metrics) == {
        ("monitor_checks_total", "inqilab", "unchanged"): 2,
        ("monitor_checks_total", "inqilab", "edited"): 1,
        ("monitor_silent_edits_total", "inqilab"): 1,
        ("monitor_polls_total", "inqilab", "read"): 1,
        ("monitor_polls_total", "inqilab", "failed"): 1,
        ("monitor_events_total", "inqilab", "site failing"): 1,
        ("monitor_put_off_total", "inqilab", "host"): 1,
        ("monitor_messages_total", "desk", "delivered"): 1,
        ("monitor_messages_waiting", "desk"): 5,
        ("monitor_last_tick_timestamp_seconds",): AT.timestamp(),
        ("monitor_sites_under_way",): 3,
        ("monitor_due", "inqilab"): 12,
        ("monitor_due", "daily"): 1,
        ("monitor_sites_failing",): 1,
    }


def test_a_site_that_is_no_more_is_dropped() -> None:
    metrics = Metrics()
    metrics.stands({"inqilab": 12}, failing=0)
    metrics.stands({"daily": 1}, failing=0)
    assert ("monitor_due", "inqilab") not in samples(metrics)


def test_two_daemons_in_one_process_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.checked("inqilab", "edited")
    assert ("monitor_checks_total", "inqilab", "edited") not in samples(other)


def test_the_process_tells_of_itself() -> None:
    assert b"process_resident_memory_bytes" in Metrics().text()
