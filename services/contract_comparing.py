"""What differs between the indicators of two contract files, told by their sentences."""

from types import SimpleNamespace

from services import contract_section
from services.contract_schema import FORMS
from services.indicators.labels import gather
from services.indicators.reading import read_all
from services.indicators.sentence import tell


def compare(before, after, entries, told):
    """(sign, name, lines) of two files' indicators; `entries` and `told` are the contracts app's ways of telling (comparing.py)."""
    was, now = sentences(before), sentences(after)

    def lines(old, new):
        code = new["id"]
        words = [word for word in FORMS if old.get(word) != new.get(word)]
        made = [f"原：{was[code]}", f"现：{now[code]}"] if was[code] != now[code] else []
        # What the sentences say need not be said again in the words of the file.
        rest = [word for word in words if not made or word in ("zh", "force", "clause", "clause_text", "source", "pay")]
        return made + [f"{FORMS[word][0].partition('：')[0]}：{told(old.get(word), new.get(word))}" for word in rest]

    for sign, name, what in entries(before.section("indicators", []), after.section("indicators", []), "id", lines):
        code = name.partition(" ")[0]
        alone = {"+": now, "-": was}.get(sign, {})
        yield sign, name, [alone[code]] if code in alone else what


def sentences(document):
    """{code: sentence} of a sound file's indicators, in the file's own words."""
    kinds = document.section("activity_kinds", [])
    context = contract_section.context(document, kinds)
    definitions = document.section("indicators", [])
    promises, _faults = read_all(definitions, term=context.term, parameters=context.parameters, orders=context.orders)
    labels = gather(
        (SimpleNamespace(family=family, code=code, label=word) for family, words in document.section("labels", {}).items() for code, word in words.items()),
        [SimpleNamespace(code=kind["code"], label=kind["label"], modes=kind.get("modes", []), fields=kind.get("fields", [])) for kind in kinds],
    )  # fmt: skip
    return {
        code: tell(promise, labels, promises=promises, term=context.term, areas=len(context.areas))
        for code, promise in promises.items()
    }
