"""What another reading of an unclear place changes in the indicators, and the way back (a change: contracts.rules.changed)."""

from contracts.rules import changed, words_of


def way_back(definition, change):
    """The change that makes of the changed definition what it was."""
    words = words_of(change)
    absent = [word for word in words if word not in definition]
    return {word: definition[word] for word in words if word in definition} | ({"drop": absent} if absent else {})


def apply(definitions, changes):
    """(the definitions after {code: change}, the changes that lead back); codes that are not there are passed over."""
    known = {definition["id"]: definition for definition in definitions}
    back = {code: way_back(known[code], change) for code, change in changes.items() if code in known}
    return [changed(one, changes[one["id"]]) if one["id"] in back else one for one in definitions], back
