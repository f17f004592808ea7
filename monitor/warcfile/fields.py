"""How WARC/1.1 spells things: field names, moments, digests.

Named fields of our own, which other readers pass over as the standard asks (section 4):

    Monitor-Site        the site whose capture it is; one of unknown address (urn:sha256:…) says it nowhere else
    Monitor-Key         the key of the story within the site, for people
    Monitor-Asked-URI   the address that was asked for, where redirects led from it to WARC-Target-URI
"""

import re
from base64 import b32encode, b64encode
from binascii import hexlify
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import new
from typing import Final

SITE: Final = "Monitor-Site"
KEY: Final = "Monitor-Key"
ASKED: Final = "Monitor-Asked-URI"

ORIGINAL: Final = "X-Archive-Orig-"
"""Put before the name of an HTTP header that is not true of the body as it is kept."""

NOT_MODIFIED: Final = "server-not-modified"
"""How the profile ends of a revisit whose server answered 304."""

_ALGORITHMS: Final = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})
_SPELLINGS: Final[tuple[tuple[Callable[[bytes], bytes], bool], ...]] = (
    (hexlify, False),
    (b32encode, False),
    (b64encode, True),
)
_WITH_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z")


def moment_text(at: datetime) -> str:
    """Write a WARC-Date: UTC, to the second where it is a whole one, else to the microsecond."""
    moment = at.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds" if moment.microsecond else "seconds") + "Z"


def moment_of(text: str) -> datetime | None:
    """Read a WARC-Date; None where it names no minute, or one before the web began: such a time decides nothing."""
    if not _WITH_TIME.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if 1990 <= at.year <= 2200 else None


def is_digest_of(claimed: str, data: bytes) -> bool | None:
    """Whether a labelled digest (`sha1:…`, in base 16, 32 or 64) is that of the data; None for one not understood."""
    label, _, value = claimed.partition(":")
    algorithm = label.strip().lower().replace("-", "")
    if algorithm not in _ALGORITHMS or not value:
        return None
    digest, value = new(algorithm, data).digest(), value.strip().rstrip("=")
    for spell, by_case in _SPELLINGS:
        spelled = spell(digest).decode().rstrip("=")
        if len(spelled) == len(value):
            return spelled == value if by_case else spelled.lower() == value.lower()
    return None
