"""Decimal digits of several scripts, as tables for `str.translate`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# The digit zero of each script; its nine others follow it in Unicode (chapter 22.3, "Decimal digits"):
# Bengali, Devanagari, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam, Arabic, Persian, fullwidth.
_ZEROS: Final = "০०੦૦୦௦౦೦൦٠۰０"

TO_ASCII: Final[Mapping[int, str]] = MappingProxyType(
    {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
)
"""The digits of the scripts above, and no others, become 0-9."""

TO_BENGALI: Final[Mapping[int, str]] = MappingProxyType({ord(str(value)): "০১২৩৪৫৬৭৮৯"[value] for value in range(10)})
"""The digits 0-9 become Bengali ones."""
