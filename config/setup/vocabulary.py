"""The words that the form of a reading offers: sources, their kinds, fields, registers, papers, as the tenant calls them."""

from dataclasses import dataclass

from contracts.models import Label
from services.indicators.labels import FIELDS, KEYS, gather
from services.indicators.words import PERIODS, SOURCES
from services.models import ActivityKind

PERIOD_WORDS = {
    "day": "每日", "workday": "每个工作日", "open_day": "每个开放日", "week": "每周", "month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年",
}  # fmt: skip
# Sources whose kinds are labels of their own family; the others share the family `kind`.
FAMILIES = {"register": "register", "document": "document", "incident": "incident", "clock": "clock", "score": "score"}
PRESENT = [("start", "期初在册"), ("whole", "整期在册"), ("any", "期内在册")]


@dataclass(frozen=True)
class Vocabulary:
    """Choices as [(code, word)], and `kinds` by source."""

    sources: list
    kinds: dict
    fields: list
    numbers: list
    keys: list
    registers: list
    papers: list
    approvals: list
    periods: list
    codes: list

    @property
    def known(self):
        """{source: [code]} of what a form offers."""
        return {source: [code for code, _ in self.kinds.get(source, [])] for source, _ in self.sources}


def vocabulary():
    """What the open tenant's forms of readings offer; two statements."""
    rows, kinds = list(Label.objects.all()), list(ActivityKind.objects.filter(is_active=True))
    labels = gather(rows, kinds)
    of = lambda family: [(row.code, row.label) for row in rows if row.family == family]  # noqa: E731
    sources = [(code, word) for code, word in SOURCES.items() if code != "indicator"]
    described = {field["name"]: field for kind in kinds for field in kind.fields if field.get("name")}
    names = dict.fromkeys([*FIELDS, *described, *(code for code, _ in of("fact"))])
    numbers = ["participants", "minutes", "hours", "workers", "score", "quantity", "members", "age"]
    numbers += [name for name, field in described.items() if field.get("type") == "number"]
    choices = {(code, word) for field in described.values() for code, word in map(tuple, field.get("choices", ()))}
    return Vocabulary(
        sources=sources,
        kinds={
            source: [(kind.code, kind.label) for kind in kinds]
            if source == "record"
            else of(FAMILIES.get(source, "kind"))
            for source, _ in sources
        },
        fields=[(name, labels.field(name)) for name in names],
        numbers=[(name, labels.field(name)) for name in dict.fromkeys(numbers)],
        keys=[(code, word) for code, word in KEYS.items() if code != "record"],
        registers=of("register"),
        papers=of("paper"),
        approvals=of("approval"),
        periods=[(code, PERIOD_WORDS.get(code, code)) for code in PERIODS],
        codes=sorted(choices | {("true", "是"), ("false", "否")} | set(of("choice"))),
    )
