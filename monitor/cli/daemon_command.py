"""The commands that stay: run, worker."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, SiteOption, settings_of
from monitor.core.errors import Exit

if TYPE_CHECKING:
    from monitor.service.program import Program

EnqueueOption = Annotated[
    bool,
    typer.Option(
        "--enqueue", help="Do no work, but find what is due for `monitor worker` on any machine; of many, one leads."
    ),
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        "--concurrency",
        metavar="N",
        min=1,
        max=1000,
        help="How many sites to work on at once. [default: run.concurrency in the configuration]",
        show_default=False,
    ),
]


def run(
    site: SiteOption = None,
    enqueue: EnqueueOption = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Stay, and look at every source and story when it is time, until told to stop.

    SIGTERM or Ctrl-C ends it, as closing its terminal does: what is under way is finished or handed back; a second one
    hands back at once. SIGHUP, or a change of the configuration file, reads the configuration anew.

    [dim]$ monitor run
    $ monitor run --site inqilab
    $ monitor run --enqueue[/dim]
    """
    from monitor.bootstrap import cluster_url, new_lead, only_daemon

    program = _program(site, database, config)
    if not enqueue:
        with only_daemon(program.settings) as program.keep_lead:
            _serve(program)
    url, lead = cluster_url(program.settings), new_lead(program.settings)
    from monitor.cluster.enqueuing import Enqueuing
    from monitor.cluster.jobs import open_jobs

    opening = partial(open_jobs, url, program.log)
    program.engage = lambda term: (Enqueuing(term, lead, opening, program.log), ())
    _serve(program)


def worker(concurrency: ConcurrencyOption = None, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Do what `monitor run --enqueue` finds due, and tell receivers, on this machine beside others, until told to stop.

    It ends and reads its configuration anew as `monitor run` does.

    [dim]$ monitor worker
    $ monitor worker --concurrency 50[/dim]
    """
    from monitor.bootstrap import cluster_url

    program = _program(None, database, config)
    url = cluster_url(program.settings)
    from monitor.cluster.jobs import open_jobs
    from monitor.cluster.working import Working
    from monitor.service.deliveries import Deliveries
    from monitor.service.journal import Journal, Postmark

    log, opening = program.log, partial(open_jobs, url, program.log)
    journal, postmark = Journal(log, program.metrics), Postmark(log, program.metrics)
    program.oversees = False
    program.engage = lambda term: (
        Working(term, opening, journal, log, concurrency or term.settings.run.concurrency),
        Deliveries.of(term, postmark, log),
    )
    _serve(program)


def _program(site: list[str] | None, database: str | None, config: Path | None) -> "Program":
    """Return the daemon; whoever wants another program gives it other work."""
    from monitor.daemon.rounds import Rounds
    from monitor.service.deliveries import Deliveries
    from monitor.service.journal import Journal, Postmark
    from monitor.service.logs import configure_logs
    from monitor.service.metrics import Metrics
    from monitor.service.program import Program
    from monitor.service.systemd import Systemd

    settings, metrics = settings_of(config, database), Metrics()
    terminal = sys.stderr.isatty()
    log = configure_logs(sys.stderr, terminal=terminal)
    journal, postmark = Journal(log, metrics), Postmark(log, metrics)
    return Program(
        read=lambda: settings_of(config, database),
        file=config or Path("config.yaml"),
        names=site or (),
        engage=lambda term: (Rounds.of(term, journal, log), Deliveries.of(term, postmark, log)),
        metrics=metrics,
        log=log,
        systemd=Systemd.of(os.environ, os.getpid()),
        hung_up=lambda: terminal and not sys.stderr.isatty(),
        settings=settings,
    )


def _serve(program: "Program") -> NoReturn:
    asyncio.run(program.serve())
    raise typer.Exit(Exit.INTERRUPTED if program.hurried else Exit.OK)
