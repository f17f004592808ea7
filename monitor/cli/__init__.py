"""The command line: parse, call the pipeline, render. `main` is the program."""

import sys

from monitor.core.errors import MonitorError


def main() -> None:
    """Run the command line and exit with a documented code; a user's mistake never shows a traceback."""
    from monitor.cli.app import app

    try:
        app()
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)  # noqa: T201 - the last word of the program
        sys.exit(error.exit_code)
