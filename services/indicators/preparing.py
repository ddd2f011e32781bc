"""Reading and compiling a contract's definitions once for as long as nothing that they depend on changes.

Both are pure, so that remembering them cannot go stale: the key holds everything that goes in.
"""

import json
from dataclasses import dataclass, field
from functools import lru_cache

from services.indicators.compile import compiled
from services.indicators.reading import Faulty, read_all
from services.indicators.requests import Requests

KEPT = 64


@dataclass(frozen=True)
class _Key:
    """Compared by its text alone; `inputs` is what the text was made of."""

    text: str
    inputs: tuple = field(compare=False)


@dataclass(frozen=True)
class Reading:
    """The promises of a contract by code, and the maker of their items."""

    key: str
    promises: dict
    requests: Requests


def read(definitions, *, term, parameters):
    """The Reading of definitions that were saved; raises Faulty when they can't be read."""
    text = json.dumps([definitions, term, parameters], default=str, ensure_ascii=False)
    return _read(_Key(text, (definitions, term, parameters)))


@lru_cache(maxsize=KEPT)
def _read(key):
    definitions, term, parameters = key.inputs
    promises, faults = read_all(definitions, term=term, parameters=parameters)
    if faults:
        raise Faulty(faults)
    return Reading(key.text, promises, Requests(promises))


class Statement:
    """One compiled statement with the items of its branches. Once it has met a connection it keeps its text with the values
    in it, and a name under which servers may know it; `uses` counts how often it was asked."""

    __slots__ = ("bound", "branches", "name", "text", "uses", "values")

    def __init__(self, text, values, branches):
        self.text, self.values, self.branches = text, values, branches
        self.bound, self.name, self.uses = "", "", 0


def statements(reading, setting):
    """[Statement] for everything that the promises need; a work calendar is never remembered."""
    if setting.calendar is not None:
        return [Statement(*one) for one in compiled(_items(reading), setting)]
    return _statements(_Key(f"{setting.fingerprint}\n{reading.key}", (reading, setting)))


@lru_cache(maxsize=KEPT)
def _statements(key):
    reading, setting = key.inputs
    return [Statement(*one) for one in compiled(_items(reading), setting)]


def _items(reading):
    ready = (one for one in reading.promises.values() if not one.missing and one.source != "indicator")
    return [item for promise in ready for item in reading.requests.all_of(promise)]


def forget():
    """Empty both memories."""
    _read.cache_clear()
    _statements.cache_clear()
