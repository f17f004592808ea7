"""Commands that set things up: init, db upgrade, db current."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, settings_of
from monitor.core.errors import UsageError

db = typer.Typer(no_args_is_help=True, help="Look after the database's schema.")


def init(
    path: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = Path("config.yaml"),
) -> None:
    """Write a commented configuration file where there is none.

    [dim]$ monitor init[/dim]
    """
    from monitor.config import template

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise UsageError(f"{path} is there already; it was left as it is") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    typer.echo(f"wrote {path}; every setting in it is explained and has its default")


@db.command()
def upgrade(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Bring the database to this program's schema; make a copy of it first.

    [dim]$ monitor db upgrade[/dim]
    """
    from monitor.store import schema

    url = settings_of(config, database).database
    before, _ = schema.current(url)
    schema.upgrade(url)
    after, _ = schema.current(url)
    typer.echo(f"schema {after}: nothing to do" if before == after else f"schema {before or 'none'} -> {after}")


@db.command()
def current(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show the database's schema revision, and the one this program wants.

    [dim]$ monitor db current[/dim]
    """
    from monitor.store import schema

    revision, head = schema.current(settings_of(config, database).database)
    state = "up to date" if revision == head else "run `monitor db upgrade`"
    typer.echo(f"{revision or 'none'} (this program: {head}): {state}")
