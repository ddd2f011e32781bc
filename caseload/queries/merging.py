"""Reads of duplicates: pairs of the ledger that look like one, what was merged, and where an old address leads."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, islice

from django.db.models import Count
from django.http import Http404

from caseload.models import Household, KnownApart, Merge, Person
from caseload.queries.access import one_of, own_contracts, visible_to
from caseload.rules import merging as rules

# A page of review; what is judged makes room for the next.
MOST = 50
# An address that more households share names a whole building.
MOST_AT_ONE_ADDRESS = 4


@dataclass(frozen=True)
class Alike:
    """Two entries that may be one, and why; both Person or both Household."""

    first: object
    second: object
    why: str


def visible_merges(member, *, on):
    """The merges that the member may see: as the households that they are about."""
    merges = Merge.objects.select_related(
        "contract__provider", "by__account", "undone_by__account", "kept_household", "merged_household",
        "kept_person__household", "merged_person__household",
    )  # fmt: skip
    return visible_to(merges, member, on=on)


def get_merge(member, pk, *, on):
    """A merge that the member may see, or 404."""
    return one_of(visible_merges(member, on=on), pk)


def stands_as(member, pk, *, on):
    """The household into which the one with this id was merged, however often, or None; for old addresses."""
    seen, row = set(), Household.everyone.filter(pk=pk).first()
    while row is not None and row.merged_into_id and row.pk not in seen:
        seen.add(row.pk)
        row = Household.everyone.filter(pk=row.merged_into_id).first()
    return visible_to(Household.objects.filter(pk=row.pk), member, on=on).first() if row is not None and seen else None


def pair_of_people(member, first, second, *, on):
    """Two people of ledgers that the member may see, or 404."""
    rows = Person.objects.select_related("household__contract", "household__area", "household__street")
    visible = visible_to(Household.objects.all(), member, on=on).order_by().values("pk")
    return _pair(rows.filter(household__in=visible), first, second)


def pair_of_households(member, first, second, *, on):
    """Two households that the member may see, or 404."""
    rows = Household.objects.select_related("contract", "area", "street")
    return _pair(visible_to(rows, member, on=on), first, second)


def _pair(rows, first, second):
    found = {row.pk: row for row in rows.filter(pk__in=[first, second])}
    if len(found) != 2:
        raise Http404
    return found[first], found[second]


def alike(member, contract, *, on):
    """Pairs of the contract's ledger that may be one (people first), without those that were told apart; at most MOST."""
    if not own_contracts(member, on=on).filter(pk=contract.pk).exists():
        return []
    known = set(KnownApart.objects.filter(contract=contract).values_list("first_person", "second_person", "first_household", "second_household"))  # fmt: skip
    apart = {frozenset(one for one in ends if one) for ends in known}
    pairs = chain(_people_alike(contract, on=on), _households_alike(contract))
    return list(islice((pair for pair in pairs if frozenset((pair.first.pk, pair.second.pk)) not in apart), MOST))


def _people_alike(contract, *, on):
    people = Person.objects.filter(household__contract=contract)
    often = people.exclude(name_index="").order_by().values("name_index").annotate(n=Count("pk")).filter(n__gt=1)
    rows = people.select_related("household__area", "household__street").order_by("name_index", "created_at", "id")
    groups = defaultdict(list)
    for person in rows.filter(name_index__in=often.values("name_index")):
        groups[person.name_index].append(person)
    for group in groups.values():
        yield from _pairs(group, on=on)
    unknown = list(rows.filter(is_unknown=True))
    areas = {person.household.area_id for person in unknown}
    others = list(rows.filter(is_unknown=False, household__area__in=areas)) if unknown else []
    for person in unknown:
        yield from _pairs([person, *(one for one in others if one.sex == person.sex)], on=on, first_only=True)


def _pairs(group, *, on, first_only=False):
    signs = [_signs(person) for person in group]
    for at, first in enumerate(signs[:1] if first_only else signs):
        for further, second in enumerate(signs[at + 1 :], at + 1):
            why = rules.why_one_person(first, second, on=on)
            if why:
                yield Alike(group[at], group[further], why)


def _signs(person):
    return rules.Signs(
        name=person.name_index, birth_date=person.birth_date, phone=person.phone.reveal(), has_number=bool(person.id_number_index),
        sex=person.sex, area=person.household.area_id, age=person.facts.get("about_age"), is_unknown=person.is_unknown,
    )  # fmt: skip


def _households_alike(contract):
    """Households of one community with one address: sealed, so they are compared here and not in the database."""
    rows = Household.objects.filter(contract=contract, address__isnull=False).select_related("area", "street")
    places = defaultdict(list)
    for row in rows.order_by("number"):
        address = rules.plain_address(row.address.reveal())
        if address:
            places[row.area_id, address].append(row)
    for group in places.values():
        for at, first in enumerate(group if len(group) <= MOST_AT_ONE_ADDRESS else ()):
            yield from (Alike(first, second, rules.SAME_ADDRESS) for second in group[at + 1 :])


def moved(merge):
    """[(what it is, how many)] of the rows that a merge moved, in the words of the ledger."""
    told = defaultdict(int)
    for label, ids in merge.moved.items():
        model, _, column = label.removeprefix("caseload.").rpartition(".")
        if column in ("household", "person", "member"):
            told[rules.word_of(model.rpartition(".")[2])] += len(ids)
    for line in merge.joined:
        told[f"{rules.word_of(line['model'].rpartition('.')[2])}（重叠的合为一条）"] += 1
    return sorted(told.items())


def weight(row):
    """[(what it is, how many)] that hangs on an entry, for people to see which one to keep."""
    counted = [("个案", row.cases.count()), ("服务记录", row.records.count()), ("名册", row.register_entries.count())]
    if isinstance(row, Household):
        counted = [("成员", row.people.count()), *counted, ("材料", row.papers.count())]
    return counted
