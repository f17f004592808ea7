"""The revision of the analyser, apart from it: every program asks for it, and few for the analyser, slow to import."""

from typing import Final

ANALYSER_REVISION: Final = 1
"""Raised with every change of `analyse` by which some word gets other lemmas: the index of the search is made anew."""
