"""The worst answers take little memory where they are refused, and what the limits allow where they are read."""

import json
import subprocess
import sys

REFUSED, READ = 30, 130
"""Megabytes by which the process may grow. Among what is read are a page of 10 MB and a sitemap of 50,000 stories."""


READ_AT_ALL = {"largest page", "gzip bomb as a feed", "sitemap of 50,000"}


def test_the_worst_answers_take_bounded_memory() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.faults.peaks"], capture_output=True, check=True)
    taken = {name: peak / 1_000_000 for name, peak in json.loads(done.stdout).items()}
    assert taken.keys() > READ_AT_ALL
    assert {name: peak for name, peak in taken.items() if peak > (READ if name in READ_AT_ALL else REFUSED)} == {}
