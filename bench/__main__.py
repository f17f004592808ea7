"""`python -m bench [NAME …]`: run the benchmarks, print a table each and the machine they ran on.

page      an article page from bytes to fingerprint, by part, against a bare parse of the same bytes
replay    generated captures of 60 kB end to end into SQLite: new articles, then unchanged checks
fetching  fifty hosts on loopback side by side, from request to record, by part; and whether memory stays flat
cluster   1, 2 and 4 workers on one Postgres, and the daemon on the same: checks of a thousand stories at 50 hosts
ticks     finding what is due among a million stories on 200 hosts, and what the daemon weighs
search    a page of a search among 10,000 and 100,000 versions on both databases (search-million by name only)
matching  10, 1,000 and 100,000 rules against one article, against a loop over all of them
delivery  alerts from the outbox to a receiver on loopback, beside bare POSTs
scale     claim, commit and status at 100,000 and 1,000,000 fetches on both databases, and bytes on record
huge      the same at 10,000,000 (by name only)
soak      thirty days of 50,000 stories under a virtual clock, and what was missed (most of an hour; by name only)
words     Bengali forms joined and kept apart, beside other ways; a text of 1,500 words analysed
start     whole commands: --help, and once over the seeds
"""

import os
import platform
import sys

from bench import cluster, delivery, fetching, matching, page, replay, scale, search, soak, start, ticks, words

BENCHES = {
    "page": page.run,
    "replay": replay.run,
    "fetching": fetching.run,
    "cluster": cluster.run,
    "ticks": ticks.run,
    "words": words.run,
    "start": start.run,
    "matching": matching.run,
    "search": search.run,
    "search-million": search.run_million,
    "delivery": delivery.run,
    "scale": scale.run,
    "huge": scale.run_huge,
    "soak": soak.run,
}

BY_NAME = {"huge", "search-million", "soak"}


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    names = sys.argv[1:] or [name for name in BENCHES if name not in BY_NAME]
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    )
    for name in names:
        print(f"\n{name}")
        for line in BENCHES[name]():
            print(f"  {line}")


main()
