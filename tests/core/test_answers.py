"""What an HTTP status says about a message and its receiver."""

import pytest

from monitor.core.answers import Answer, Delivered, Failed, Refused, Stop, answer_of


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Delivered),
        (202, Delivered),
        (204, Delivered),
        (299, Delivered),
        (301, Failed),
        (302, Failed),
        (304, Failed),
        (308, Failed),
        (400, Refused),
        (401, Refused),
        (403, Refused),
        (404, Refused),
        (408, Failed),
        (409, Refused),
        (410, Stop),
        (413, Refused),
        (425, Failed),
        (429, Failed),
        (499, Refused),
        (500, Failed),
        (503, Failed),
        (599, Failed),
        (999, Failed),
    ],
)
def test_what_a_status_means(status: int, kind: type[Answer]) -> None:
    answer = answer_of(status)
    assert type(answer) is kind
    assert answer.status == status


def test_who_is_in_trouble_may_say_when_to_come_back() -> None:
    assert answer_of(503, 90.0) == Failed("HTTP 503", 503, 90.0)
