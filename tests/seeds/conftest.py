"""The contracts of the library, loaded."""

from tests.contracts.conftest import loaded, mentougou, mtg04

__all__ = ["loaded", "mentougou", "mtg04"]
