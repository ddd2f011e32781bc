"""How an evidence pack is laid out: what its folders and files are called, and in which order. Pure."""

import re

INDEX = "00 目录"
REPORTS = "90 月报"
OTHERS = "91 其他样本"
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LONGEST = 60


def fit_name(text):
    """A text as a name that every system can store: no separators, no line breaks, not too long."""
    return re.sub(r"\s+", " ", _UNFIT.sub(" ", text)).strip(" .")[:LONGEST].strip(" .") or "未命名"


def folders(items):
    """{item code: its folder} of [(code, title)] in the order of the scheme; a folder's number keeps that order anywhere."""
    return {code: fit_name(f"{number:02d} {code} {title}") for number, (code, title) in enumerate(items, 1)}


def places(item_kinds, samples):
    """({item code: [sample numbers]}, [numbers that belong to no item]).

    `item_kinds` is {item code: kinds of files that its facts count}, `samples` [(number, kind)]. A sample lies with every item
    that it is evidence of.
    """
    lying = {code: [number for number, kind in samples if kind in kinds] for code, kinds in item_kinds.items()}
    placed = {number for numbers in lying.values() for number in numbers}
    return lying, [number for number, _kind in samples if number not in placed]


def kinds_counted(definition):
    """The kinds of sampled files that an indicator counts: case, group, and kinds of records (of: record.a|b)."""
    if isinstance(definition, list | tuple):
        return {kind for part in definition for kind in kinds_counted(part)}
    if not isinstance(definition, dict):
        return set()
    source, _, codes = str(definition.get("of", "")).partition(".")
    own = {source} & {"case", "group"}
    if source == "record" and codes:
        own = set(codes.split("|"))
    return own | {kind for part in definition.values() for kind in kinds_counted(part)}
