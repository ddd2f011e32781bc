"""Spells a number out: what was added up, what it was divided by, and what both are. Pure; measured numbers in, words out."""

from dataclasses import dataclass

from services.indicators.phrases import number, phrases
from services.indicators.promise import Promise
from services.indicators.sentence import Teller
from services.indicators.status import cut
from services.indicators.telling import cell_word
from services.indicators.words import SOURCES


@dataclass(frozen=True)
class Part:
    """One number of a reckoning: 分子 312，回访次数."""

    label: str
    amount: str
    words: str


def parts(measured, labels, *, promises, term):
    """[Part] of how the value came about: numerator and denominator of what is a quotient, cells of a grid, rows of a count."""
    promise = measured.promise
    if promise.missing or promise.source == "indicator":
        return []
    teller = Teller(promise, labels, promises=promises, term=term)
    if promise.is_grid:
        return _of_grid(measured)
    if promise.is_ratio:
        return _of_ratio(measured, labels, teller)
    return _of_count(measured, labels)


def _of_grid(measured):
    met, judged, total = measured.cells
    word = cell_word(measured.promise)
    return [
        Part("分子", number(met), f"做到的{word}"),
        Part("分母", number(judged), f"已到期或已做到的{word}"),
        Part("合计", number(total), f"全部的{word}，{number(total - judged)} {word}还没有到期"),
    ]


def _of_ratio(measured, labels, teller):
    promise = measured.promise
    top, bottom = number(cut(measured.number / promise.scale, 2)), number(cut(measured.divisor, 2))
    over = promise.over
    if isinstance(over, Promise):
        return [Part("分子", top, teller.measured(promise)), Part("分母", bottom, teller.measured(over))]
    if promise.count.how == "share":
        told = phrases(promise.gate, labels)
        return [
            Part("分子", top, f"其中{told}的"),
            Part("分母", bottom, f"{teller.subject(promise)}，在服务地区内并经审核"),
        ]
    if promise.count.how == "mean":
        name = labels.field(promise.count.field)
        return [Part("分子", top, f"{name}合计"), Part("分母", bottom, f"有{name}的{teller.noun(promise)}")]
    return [Part("分子", top, teller.measured(promise)), Part("分母", bottom, "合同约定的基数")]


def _of_count(measured, labels):
    promise = measured.promise
    rows = f"条{SOURCES[promise.source]}"
    made = [Part("计入", number(measured.counting), rows), Part("不计入", number(measured.not_counting), rows)]
    if measured.pending:
        made.append(Part("其中待审核", number(measured.pending), rows))
    if promise.count.how == "distinct":
        keys = "、".join(map(labels.key, promise.count.keys))
        made.append(Part("去重后", number(measured.value), f"同一{keys}只计一次"))
    if promise.count.how == "sum":
        made.append(Part("合计", number(measured.value), f"{labels.field(promise.count.field)}相加"))
    return made
