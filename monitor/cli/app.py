"""The commands, gathered. Each module of commands is light: what a command works with it imports when it runs."""

from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import (
    alerts,
    daemon_command,
    exporting,
    history,
    looking,
    probing,
    rules,
    running,
    searching,
    setting_up,
    status,
    why,
)

app = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 some articles failed, 2 usage or configuration, 3 database, 4 network, "
    "130 interrupted.",
)
app.command()(running.once)
app.command()(running.check)
app.command()(running.watch)
app.command()(daemon_command.run)
app.command()(daemon_command.worker)
app.command()(probing.fetch)
app.command()(probing.record)
app.command()(looking.articles)
app.command()(looking.show)
app.command()(looking.diff)
app.command()(searching.search)
app.command()(history.history)
app.command()(why.why)
app.command()(looking.sites)
app.command()(looking.sources)
app.command()(status.status)
app.command()(exporting.export)
app.command()(setting_up.init)
app.add_typer(rules.rules, name="rules")
app.add_typer(alerts.alerts, name="alerts")
app.add_typer(setting_up.db, name="db")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def monitor(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Watch news sites: keep every version of every story, and see the edits that nobody announced."""
