"""Whose lease it is: the tokens of a worker's leases begin with the job for which they were taken."""

import uuid
from collections.abc import Callable

from procrastinate.jobs import Job


def owner_of(job: Job) -> str:
    """Return what the tokens of all leases taken for a job begin with, and of no other job."""
    return f"{job.id}-"


def tokens_of(job: Job) -> Callable[[], str]:
    """Return what makes tokens for the leases of a job; a job's number has 19 digits at most, a token 36 characters."""
    return lambda: f"{owner_of(job)}{uuid.uuid4().hex[:16]}"
