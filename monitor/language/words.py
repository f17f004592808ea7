"""Text cut into words, for any script, without losing a character: joined again the pieces are the text.

`re` is not enough: its `\\w` leaves out vowel signs, so that বাংলাদেশের falls apart into ব ল দ শ র.
"""

from typing import Final

import regex

from monitor.language.normalise import SINGLE_QUOTES

# A word is letters, marks, digits and joiners, with apostrophes inside (দু’টি, don't). Scripts written without spaces
# are cut at each character with its marks, so that a difference in one does not mark a whole sentence.
UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_RUN: Final = r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u200c\u200d]*"
_PIECE: Final = regex.compile(rf"[{UNSPACED}][\p{{M}}\u200c\u200d]*|{_RUN}(?:['{SINGLE_QUOTES}]{_RUN})*|\s+|\X")


def pieces(text: str) -> list[str]:
    """Cut a text into words, runs of white space and single signs; `"".join(pieces(text)) == text`."""
    return _PIECE.findall(text)
