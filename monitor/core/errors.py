"""The errors a user can meet, and the exit code of each.

    MonitorError
    ├── UsageError            2   the command line asks for what cannot be
    │   └── ConfigError       2   the configuration file is refused
    ├── StoreError            3   the database cannot serve
    │   ├── SchemaError       3   the database is older or newer than this program
    │   └── AlreadyLedError   3   another program leads the database
    └── NetworkError          4   nothing could be reached

An outcome of one fetch is not an error but a value (`monitor.core.outcomes`). Every message says what happened,
where, and what to do next; the command line prints it alone, without a traceback.
"""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of the command line; documented in the README."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    DATABASE = 3
    NETWORK = 4
    INTERRUPTED = 130


class MonitorError(Exception):
    """Something a user can act on."""

    exit_code = Exit.SOME_FAILED


class UsageError(MonitorError):
    """The command line asks for what cannot be."""

    exit_code = Exit.USAGE


class ConfigError(UsageError):
    """The configuration file is refused; the message has one problem a line, each with file, line and key path."""


class StoreError(MonitorError):
    """The database cannot serve."""

    exit_code = Exit.DATABASE


class SchemaError(StoreError):
    """The database is older or newer than this program."""


class AlreadyLedError(StoreError):
    """Another program leads the database."""


class NetworkError(MonitorError):
    """Nothing could be reached."""

    exit_code = Exit.NETWORK
