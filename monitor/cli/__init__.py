"""The command line: parse, call the pipeline, render. `main` is the program."""

import io
import os
import sys
from pathlib import Path

from monitor.core.errors import Exit, MonitorError


def main() -> None:
    """Run the command line and exit with a documented code; a user's mistake never shows a traceback."""
    _make_sure_of_output()
    try:
        from monitor.cli.app import app

        app()
    except MonitorError as error:
        _end(str(error), error.exit_code)
    except OSError as error:
        _end(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", Exit.SOME_FAILED)
    except (KeyboardInterrupt, SystemExit) as ended:
        # typer turns Ctrl-C into an exit once it runs; before that it arrives as it is
        if isinstance(ended, SystemExit) and ended.code != Exit.INTERRUPTED:
            raise
        _end("interrupted: what was checked is on record, and the next run goes on from there", Exit.INTERRUPTED)


def _make_sure_of_output() -> None:
    """Let output stop no command: closed, it goes nowhere; signs that its encoding lacks are written as escapes."""
    nowhere = Path(os.devnull)
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end(message: str, code: Exit) -> None:
    print(f"monitor: {message}", file=sys.stderr)  # noqa: T201 - the last word of the program
    sys.exit(code)
