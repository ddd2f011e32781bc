"""Reads of activity kinds for whoever sets them up: how much each is used, and what would be lost by a change."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404

from contracts.models import Label
from services.indicators import check
from services.models import ActivityKind, Indicator, ServiceRecord
from services.queries.indicators import context
from services.rules.kinds import Use


@dataclass(frozen=True)
class Listed:
    """A kind with how many records and indicators of the tenant use it."""

    kind: ActivityKind
    records: int
    indicators: int
    is_first: bool
    is_last: bool

    @property
    def required(self):
        """The papers that a record can't do without, in words."""
        return [
            f"{row['label']} {row['min']} 份" if row["min"] > 1 else row["label"]
            for row in self.kind.evidence
            if int(row.get("min", 0))
        ]


def get_kind(pk):
    """A kind of the tenant, or 404."""
    kind = ActivityKind.objects.filter(pk=pk).first()
    if kind is None:
        raise Http404
    return kind


def listed_kinds():
    """All kinds in their order, with their use; three statements."""
    kinds = list(ActivityKind.objects.order_by("sort", "pk"))
    records = dict(ServiceRecord.objects.order_by().values_list("kind").annotate(Count("pk")))
    indicators = {kind.code: 0 for kind in kinds}
    for definition in Indicator.objects.order_by().values_list("definition", flat=True):
        for code in kinds_in(definition) & set(indicators):
            indicators[code] += 1
    return [
        Listed(kind, records.get(kind.code, 0), indicators[kind.code], index == 0, index == len(kinds) - 1)
        for index, kind in enumerate(kinds)
    ]


def kinds_in(definition):
    """The activity kinds that a definition counts, in any of its parts (of: record.a|b)."""
    if isinstance(definition, list):
        return {code for part in definition for code in kinds_in(part)}
    if not isinstance(definition, dict):
        return set()
    source, _, codes = str(definition.get("of", "")).partition(".")
    own = set(codes.split("|")) if source == "record" and codes else set()
    return own | {code for part in definition.values() for code in kinds_in(part)}


def use_of(kind):
    """What records of any state hold of a kind (rules.kinds.Use); one statement."""
    asked = {("all", ""): Count("pk")}
    for row in kind.fields:
        name = row["name"]
        asked["field", name] = Count("pk", filter=Q(facts__has_key=name))
        for code, _label in row.get("choices") or ():
            asked["choice", (name, code)] = Count("pk", filter=Q(facts__contains={name: code}))
    for mode in kind.modes:
        asked["mode", mode[0]] = Count("pk", filter=Q(mode=mode[0]))
    for row in kind.evidence:
        asked["paper", row["kind"]] = Count("pk", filter=Q(papers__contains=[row["kind"]]))
    for code in kind.registers:
        asked["register", code] = Count("pk", filter=Q(team__kind=code))
    names = {f"n{number}": key for number, key in enumerate(asked)}
    counted = ServiceRecord.objects.filter(kind=kind.code).order_by()
    counted = counted.aggregate(**{name: asked[key] for name, key in names.items()})
    found = {"all": {}, "field": {}, "choice": {}, "mode": {}, "paper": {}, "register": {}}
    for name, (what, key) in names.items():
        if counted[name]:
            found[what][key] = counted[name]
    return Use(
        records=found["all"].get("", 0),
        fields=found["field"],
        choices=found["choice"],
        modes=found["mode"],
        papers=found["paper"],
        registers=found["register"],
    )


def definitions_over(code):
    """{contract: its definitions} of the contracts that have an indicator over the kind."""
    rows = [row for row in Indicator.objects.select_related("contract").order_by("sort") if code in kinds_in(row.definition)]  # fmt: skip
    contracts = {row.contract_id for row in rows}
    made = {}
    for row in Indicator.objects.filter(contract__in=contracts).select_related("contract"):
        words = {word: value for word, value in row.definition.items() if word != "orders"}
        made.setdefault(row.contract, []).append({"id": row.code, "zh": row.title, **words})
    return made


def indicator_faults(definitions):
    """What is wrong with the definitions ({contract: […]}) now, in words: 指标 I1 没有字段“topic” …"""
    return [
        f"合同 {contract.code} 的指标 {code} {text.partition('：')[2] or text}"
        for contract, rows in definitions.items()
        for code, texts in check.faults(rows, context(contract)).items()
        for text in texts
    ]


def paper_words():
    """[(code, label)] of the tenant's papers, photos first."""
    words = dict(Label.objects.filter(family=Label.Family.PAPER).order_by("label").values_list("code", "label"))
    return list(({"photo": words.pop("photo", "照片")} | words).items())


def register_words():
    """[(code, label)] of the tenant's registers."""
    return list(Label.objects.filter(family=Label.Family.REGISTER).order_by("label").values_list("code", "label"))


def words_of(family):
    """The tenant's words of a family, by their codes."""
    return list(Label.objects.filter(family=family).order_by("code"))


def word_counts():
    """{family: how many words}"""
    return dict(Label.objects.order_by().values_list("family").annotate(Count("pk")))


def get_word(pk):
    """A word of the tenant, or 404."""
    word = Label.objects.filter(pk=pk).first()
    if word is None:
        raise Http404
    return word
