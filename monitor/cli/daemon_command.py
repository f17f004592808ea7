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

    SIGTERM or Ctrl-C ends it, as closing its terminal does: what is under way is finished or handed back; a second one
    hands back at once. SIGHUP, or a change of the configuration file, reads the configuration anew.

    [dim]$ monitor run
    $ monitor run --site inqilab[/dim]
    """
    from monitor.bootstrap import only_daemon
    from monitor.daemon.journal import Journal, Postmark
    from monitor.daemon.logs import configure_logs
    from monitor.daemon.metrics import Metrics
    from monitor.daemon.serve import Program
    from monitor.daemon.systemd import Systemd

    settings, metrics = settings_of(config, database), Metrics()
    terminal = sys.stderr.isatty()
    log = configure_logs(sys.stderr, terminal=terminal)
    with only_daemon(settings) as keep_lead:
        program = Program(
            read=lambda: settings_of(config, database),
            file=config or Path("config.yaml"),
            names=site or (),
            witness=Journal(log, metrics),
            postmark=Postmark(log, metrics),
            metrics=metrics,
            log=log,
            systemd=Systemd.of(os.environ, os.getpid()),
            settings=settings,
            keep_lead=keep_lead,
            hung_up=lambda: terminal and not sys.stderr.isatty(),
        )
        asyncio.run(program.serve())
    raise typer.Exit(Exit.INTERRUPTED if program.hurried else Exit.OK)
