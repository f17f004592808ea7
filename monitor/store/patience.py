"""Doing a unit of work again whose failure passes by itself: a server that restarts, two that waited for each other.

What failed left nothing behind (`monitor.store.database`), so it can be done once more, as a whole. Each method of the
store's faces is one unit of work; `patient` makes them wait. What lasts longer is told as StoreError, and is for others
to wait out: the daemon begins nothing new for a while, a person runs the command again.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Final, ParamSpec, TypeVar

from monitor.store.failures import PassingError

PATIENCE: Final = 20.0
"""For how many seconds a unit of work is tried again."""

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 2.0

P = ParamSpec("P")
T = TypeVar("T")


def patient(face: type[T]) -> type[T]:
    """Make every method of a class wait out what passes; each must be a unit of work, done wholly or not at all."""
    for name, method in list(vars(face).items()):
        if isfunction(method) and not isgeneratorfunction(method) and not name.startswith("_"):
            setattr(face, name, patiently(method))
    return face


def patiently(work: Callable[P, T]) -> Callable[P, T]:
    """Return a unit of work that is tried again, with growing waits, until it succeeds or fails for good."""

    @wraps(work)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        until, wait = time.monotonic() + PATIENCE, _FIRST_WAIT
        while True:
            try:
                return work(*args, **kwargs)
            except PassingError:
                if time.monotonic() + wait > until:
                    raise
            time.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - only so that two do not meet again
            wait = min(2 * wait, _LONGEST_WAIT)

    return trying
