"""The addresses of captures whose own address is not known."""

from hashlib import sha256


def urn_of(body: bytes) -> str:
    """Return the `urn:sha256:` URL of a body."""
    return f"urn:sha256:{sha256(body).hexdigest()}"
