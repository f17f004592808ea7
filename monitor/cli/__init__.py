"""The command line: parse, call the pipeline, render. `main` is the program."""

import sys

from monitor.core.errors import Exit, MonitorError


def main() -> None:
    """Run the command line and exit with a documented code; a user's mistake never shows a traceback."""
    try:
        from monitor.cli.app import app

        app()
    except MonitorError as error:
        _end(str(error), error.exit_code)
    except (KeyboardInterrupt, SystemExit) as ended:
        # typer turns Ctrl-C into an exit once it runs; before that it arrives as it is
        if isinstance(ended, SystemExit) and ended.code != Exit.INTERRUPTED:
            raise
        _end("interrupted: what was checked is on record, and the next run goes on from there", Exit.INTERRUPTED)


def _end(message: str, code: Exit) -> None:
    print(f"monitor: {message}", file=sys.stderr)  # noqa: T201 - the last word of the program
    sys.exit(code)
