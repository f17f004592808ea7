"""Commands that set things up and look after the database: init, db upgrade, db current, db prune, db copy."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, settings_of
from monitor.cli.output import Format, print_json, print_line
from monitor.core.errors import UsageError

if TYPE_CHECKING:
    from monitor.store.database import Database
    from monitor.store.pruning import Freed, Limits

_PAUSE = 0.05  # seconds between two portions of a pruning, in which others write
_NO_VACUUM = "--vacuum is for SQLite: Postgres fills the room again by itself; VACUUM FULL gives it back to the disk"

db = typer.Typer(no_args_is_help=True, help="Look after the database.")


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
    """Bring the database to this program's schema; make a copy of it first. Then bring the search up to date.

    [dim]$ monitor db upgrade[/dim]
    """
    from monitor.bootstrap import open_search
    from monitor.cli.searching import fill
    from monitor.store import schema

    settings = settings_of(config, database)
    url = settings.database
    before, _ = schema.current(url)
    schema.upgrade(url)
    after, _ = schema.current(url)
    typer.echo(f"schema {after}: nothing to do" if before == after else f"schema {before or 'none'} -> {after}")
    with open_search(settings) as index:
        fill(index)


@db.command()
def current(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show the database's schema revision, and the one this program wants.

    [dim]$ monitor db current[/dim]
    """
    from monitor.store import schema

    revision, head = schema.current(settings_of(config, database).database)
    state = "up to date" if revision == head else "run `monitor db upgrade`"
    typer.echo(f"{revision or 'none'} (this program: {head}): {state}")


@db.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="Then give the room back to the disk (SQLite; VACUUM).")
    ] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give up old fetches, and responses behind no version, as far as `retention` in the configuration allows.

    Versions, the pages behind them and events always stay. It may run while monitor runs, and be stopped at any time.

    [dim]$ monitor db prune --dry-run
    $ monitor db prune --vacuum[/dim]
    """
    from contextlib import closing

    from monitor.clock import SystemClock
    from monitor.store.database import connect
    from monitor.store.pruning import Limits, prunable
    from monitor.store.schema import prepare

    settings = settings_of(config, database)
    limits = Limits.at(SystemClock().now(), **asdict(settings.retention))
    with closing(connect(settings.database)) as record:
        prepare(record)
        if vacuum and not record.is_sqlite:
            raise UsageError(_NO_VACUUM)
        freed = prunable(record, limits) if dry_run else _prune(record, limits)
        if vacuum and not dry_run:
            record.compact()
    if format_ is Format.TABLE:
        _tell(freed, dry_run=dry_run, kept_room=record.is_sqlite and not vacuum, all_kept=limits == Limits())
    else:
        (print_json if format_ is Format.JSON else print_line)({"dry_run": dry_run, **asdict(freed)})


@db.command()
def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The database to copy: sqlite:///FILE or postgresql://…")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database; a missing SQLite file is made.")],
    format_: FormatOption = Format.TABLE,
) -> None:
    """Copy the whole record into another database: from SQLite to Postgres, and back. FROM stays as it is.

    Stop `monitor run` before. The copy is held against its source row by row. Broken off, it goes on where it was when
    it is run again; what is half copied cannot be worked with.

    [dim]$ monitor db copy sqlite:///monitor.db postgresql://me@db.example/news[/dim]
    """
    from monitor.cli.progress import counter
    from monitor.config import database_url
    from monitor.store.copying import copy as copy_record

    rows = copy_record(database_url(source, Path.cwd()), database_url(target, Path.cwd()), counter)
    if format_ is Format.TABLE:
        typer.echo(f"copied {sum(rows.values()):,} rows of {len(rows)} tables; both databases hold the same")
    else:
        (print_json if format_ is Format.JSON else print_line)({"rows": sum(rows.values()), "tables": rows})


def _prune(record: "Database", limits: "Limits") -> "Freed":
    """Prune portion by portion, with a pause after each in which others write."""
    from monitor.store.pruning import Freed, prune

    freed = Freed()
    for portion in prune(record, limits):
        freed += portion
        time.sleep(_PAUSE)
    return freed


def _tell(freed: "Freed", *, dry_run: bool, kept_room: bool, all_kept: bool) -> None:
    if all_kept:
        typer.echo("nothing is to be given up: `retention` in the configuration keeps all")
        return
    what = f"{freed.observations:,} observations, {freed.captures:,} captures, {freed.bodies:,} bodies"
    typer.echo(f"{'would free' if dry_run else 'freed'} {what} ({freed.bytes:,} bytes)")
    if kept_room and not dry_run and freed.observations + freed.captures:
        typer.echo("the file keeps its size and fills the room again; --vacuum gives it back to the disk")
