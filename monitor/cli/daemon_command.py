"""The command that stays: run."""

import asyncio
import os
import sys
from pathlib import Path

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, SiteOption, settings_of
from monitor.core.errors import Exit


def run(site: SiteOption = None, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Stay, and look at every source and story when it is time, until told to stop.

    SIGTERM or Ctrl-C ends it: what is under way is finished or handed back; a second one hands back at once. SIGHUP,
    or a change of the configuration file, reads the configuration anew.

    [dim]$ monitor run
    $ monitor run --site inqilab[/dim]
    """
    from monitor.bootstrap import only_daemon
    from monitor.daemon.rounds import Rounds
    from monitor.service.journal import Journal
    from monitor.service.logs import configure_logs
    from monitor.service.metrics import Metrics
    from monitor.service.program import Program
    from monitor.service.systemd import Systemd

    settings, metrics = settings_of(config, database), Metrics()
    log = configure_logs(sys.stderr, terminal=sys.stderr.isatty())
    program = Program(
        read=lambda: settings_of(config, database),
        file=config or Path("config.yaml"),
        names=site or (),
        engage=lambda term: Rounds.of(term, Journal(log, metrics), log),
        metrics=metrics,
        log=log,
        systemd=Systemd.of(os.environ, os.getpid()),
        settings=settings,
    )
    with only_daemon(settings):
        asyncio.run(program.serve())
    raise typer.Exit(Exit.INTERRUPTED if program.hurried else Exit.OK)
