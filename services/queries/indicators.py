"""Reads of indicators and of what their words need; the access functions of this part."""

from django.db.models import Case, Count, F, Value, When
from django.http import Http404

from caseload.models import RegisterEntry
from contracts.models import Label
from contracts.queries import get_contract, visible_contracts
from services.indicators.check import Context
from services.indicators.labels import gather
from services.models import ActivityKind, Indicator, Measurement


def get_indicator(member, pk, *, on):
    """An indicator of a contract that the member may see, with the contract, or 404."""
    row = (
        Indicator.objects.filter(pk=pk, contract__in=visible_contracts(member, on=on).order_by().values("pk"))
        .select_related("contract")
        .first()
    )
    if row is None:
        raise Http404
    row.contract = get_contract(member, row.contract_id, on=on)
    return row


def labels():
    """The tenant's words for codes, in two statements."""
    return gather(Label.objects.all(), ActivityKind.objects.all())


def area_level(contract):
    """At which level the contract lists its areas."""
    return next((row.area.level for row in contract.contractareas.select_related("area")), "street")


def context(contract):
    """What the definitions of a contract are checked against: kinds, words, areas, parameters, term, ordered choices."""
    kinds = list(ActivityKind.objects.all())
    words = {}
    for row in Label.objects.all():
        words.setdefault(row.family, set()).add(row.code)
    orders = {
        field["name"]: [code for code, _label in field["choices"]]
        for kind in kinds
        for field in kind.fields
        if field.get("choices")
    }
    return Context(
        kinds={kind.code: {field["name"]: field["type"] for field in kind.fields} for kind in kinds},
        words=words,
        areas=tuple(row.area.name for row in contract.contractareas.select_related("area")),
        parameters=contract.parameters,
        term=(contract.starts_on, contract.ends_on),
        orders=orders,
        subjects=_subjects(contract),
        naming={kind.code: tuple(kind.registers) for kind in kinds if kind.registers},
    )


def _subjects(contract):
    """How many households, persons and labelled things are on each of the contract's registers, in one statement."""
    what = Case(
        When(person__isnull=False, then=Value("person")),
        When(household__isnull=False, then=Value("household")),
        default=Value("label"),
    )
    rows = RegisterEntry.objects.filter(contract=contract, state="verified").values_list("kind", what)
    found = {}
    for kind, subject, number in rows.annotate(number=Count("subject", distinct=True)).order_by():
        found.setdefault(kind, {})[subject] = number
    return found


def changed_contracts():
    """The ids of contracts whose stored measurement is older than the last change of something that counts."""
    return Measurement.objects.exclude(changes=F("measured_changes")).values_list("contract", flat=True)
