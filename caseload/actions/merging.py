"""Two entries of one person or one household made one, and undone again; or told to be two.

The merged entry stays as it was, pointing to the kept one; everything else that pointed to it moves in one transaction.
"""

import json
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from caseload.actions import moving
from caseload.actions.completeness import refresh_file
from caseload.models import Case, Household, KnownApart, Merge, Person
from caseload.rules import cases as case_rules
from caseload.rules import ledger, people
from caseload.rules import merging as rules
from tenancy import audit, keys
from tenancy.problems import Conflict, Refused, broken_rule

SEALED = ("name", "id_number", "phone", "features", "details", "address", "note")


def values_of(row):
    """{field: text} of what may be chosen from an entry. Whoever shows it has checked the permission and kept the audit."""
    fields = rules.HOUSEHOLD_FIELDS if isinstance(row, Household) else rules.PERSON_FIELDS
    return {
        field: getattr(row, field).reveal() if field in SEALED else str(getattr(row, field) or "") for field in fields
    }


@transaction.atomic
def merge_people(kept, merged, *, take, reason, by, at):
    """Make two entries of one person one; returns the Merge. `take` names the fields whose text comes from the merged entry.

    Raises Refused with everything that stands in the way at once, Conflict when one of them was merged meanwhile.
    """
    kept, merged = _locked(Person, kept, merged)
    problems = _person_problems(kept, merged)
    merge = _merge(kept.household, reason, take, kept_person=kept, merged_person=merged, by=by, at=at)
    own = merged.household_id == kept.household_id
    kept.is_head, before = kept.is_head or (own and merged.is_head), kept.is_head
    kept.relation = "户主" if kept.is_head and not before else kept.relation
    return _carry_out(merge, kept, merged, take, problems, by=by, at=at)


@transaction.atomic
def merge_households(kept, merged, *, take, reason, by, at):
    """Make two entries of one household one, with its people, cases, records and papers; returns the Merge.

    The head of the kept household stays its head. Raises as merge_people does.
    """
    kept, merged = _locked(Household, kept, merged)
    problems = ["两户不在同一合同，不能合并"] if kept.contract_id != merged.contract_id else []
    merge = _merge(kept, reason, take, kept_household=kept, merged_household=merged, by=by, at=at)
    head = merged.people.filter(is_head=True).first()
    if head is not None and kept.people.filter(is_head=True).exists():
        merge.moved["caseload.Person.is_head"] = [str(head.pk)]
        Person.objects.filter(pk=head.pk).update(is_head=False, relation="其他")
    return _carry_out(merge, kept, merged, take, problems, by=by, at=at)


def _locked(model, kept, merged):
    """Both rows in the order of their ids, so that two merges never wait for each other in a ring."""
    rows = {row.pk: row for row in model.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, merged.pk]).order_by("pk")}  # fmt: skip
    if kept.pk == merged.pk:
        raise Refused("两边是同一条")
    if len(rows) != 2:
        raise Conflict("其中一条刚被合并。刷新后再看一次")
    return rows[kept.pk], rows[merged.pk]


def _person_problems(kept, merged):
    told = []
    if kept.household.contract_id != merged.household.contract_id:
        told.append("两人不在同一合同的台账中，不能合并")
    if kept.id_number_index and merged.id_number_index:
        told.append("两人的身份证号不同。其中一个登记有误的，先改正")
    if kept.is_unknown and not merged.is_unknown:
        told.append("保留身份已明的一条")
    elsewhere = kept.household_id != merged.household_id
    others = merged.household.people.exclude(pk=merged.pk)
    if elsewhere and not others.exists():
        told.append(f"{merged.household.number} 只有这一人：先合并两户，再合并两人")
    elif elsewhere and merged.is_head:
        told.append(f"{merged.household.number} 合并后没有户主：先合并两户，或先另定户主")
    going = Case.objects.filter(person__in=[kept, merged]).exclude(state__in=list(case_rules.ENDED))
    numbers = {case.person_id: case.number for case in going.order_by("number")}
    if len(numbers) == 2:
        told.append(f"两人都有未结个案（{'、'.join(sorted(numbers.values()))}）：先结案或撤回其中一个")
    return told


def _merge(household, reason, take, **known):
    if len(reason.strip()) < 2:
        raise Refused("写明合并的理由")
    return Merge(
        contract_id=household.contract_id,
        street_id=household.street_id,
        reason=reason.strip()[:200],
        taken=sorted(take),
        **known,
    )


def _carry_out(merge, kept, merged, take, problems, *, by, at):
    ours, theirs = _kept_as(kept), _kept_as(merged)
    type(merged).objects.filter(pk=merged.pk).update(merged_into=kept, **({"is_head": False} if isinstance(merged, Person) else {}))  # fmt: skip
    work = moving.Moving(problems=problems)
    moving.move(merged, kept, work)
    if work.problems:
        raise Refused("没有合并", list(dict.fromkeys(work.problems)))
    _take(kept, merged, take)
    kept.save()
    merge.moved, merge.joined = {**work.moved, **merge.moved}, work.joined
    merge.before = json.dumps({"kept": ours, "merged": theirs}, ensure_ascii=False)
    merge.save(force_insert=True)
    for household in _households(kept, merged):
        refresh_file(household, at=at)
    told = {"rows": sum(map(len, merge.moved.values())), "joined": len(merge.joined), "fields": sorted(take)}
    noun = kept._meta.model_name
    audit.record(f"{noun}.merged", by=by, at=at, target=_household_of(kept), merged=str(merged.pk), reason=merge.reason, **told)  # fmt: skip
    return merge


def _household_of(row):
    return row if isinstance(row, Household) else row.household


def _households(*rows):
    """The households that stand and whose completeness may be another now, each once."""
    found = {one.pk: one for one in map(_household_of, rows) if one.merged_into_id is None}
    return list(Household.objects.filter(pk__in=found))


def _kept_as(row):
    """What an entry was before, as the Merge keeps it sealed."""
    told = values_of(type(row)._base_manager.get(pk=row.pk))
    if isinstance(row, Person):
        stood = Person.everyone.values("is_head", "relation", "is_unknown").get(pk=row.pk)
        told |= {name: stood[name] for name in ("is_head", "relation", "is_unknown")}
    return told


def _take(kept, merged, take):
    """Give the kept entry the chosen texts; of what is written in many words nothing is lost."""
    fields = rules.HOUSEHOLD_FIELDS if isinstance(kept, Household) else rules.PERSON_FIELDS
    unknown = [field for field in take if field not in fields]
    if unknown:
        raise Refused("没有这一项")
    texts = rules.chosen(values_of(kept), values_of(merged), [field for field in take if field != "details"])
    if "id_number" in texts:  # a number stands on the ledger once among those that stand
        texts.setdefault("sex", people.sex_of(texts["id_number"]) or kept.sex)
    _set(kept, texts | {"details": _joined(values_of(kept)["details"], values_of(merged)["details"], take)})


def _joined(ours, theirs, take):
    """What is written of both, as it is sealed; the chosen one's words stand where both have some."""
    first, second = (theirs, ours) if "details" in take else (ours, theirs)
    return ledger.packed(rules.joined_details(ledger.opened(first), ledger.opened(second)))


def _set(row, texts):
    """Write texts into an entry, with the indexes by which they are found."""
    for field, text in texts.items():
        setattr(row, field, (date.fromisoformat(text) if text else None) if field == "birth_date" else text)
    if "name" in texts:
        name = "" if row.is_unknown else texts["name"]
        row.name_index = keys.blind_index(name) if name else ""
        row.surname_index = keys.blind_index(people.surname_of(name)) if name else ""
    if "id_number" in texts:
        row.id_number_index = keys.blind_index(texts["id_number"]) if texts["id_number"] else ""


# --- undone ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def unmerge(merge, *, reason, by, at):
    """Make two entries of one that were merged; returns the Merge. What was entered since stays with the kept one.

    Raises Refused when a row that moved has been deleted or has gone elsewhere, or when the kept entry was merged itself.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        raise Conflict("这次合并已撤销")
    if len(reason.strip()) < 2:
        raise Refused("写明撤销的理由")
    kept, merged = merge.kept, merge.merged
    if kept.merged_into_id:
        raise Refused("保留的一条后来又并入别处，先撤销那一次")
    before, problems = json.loads(merge.before.reveal()), _later(merge)
    try:
        with transaction.atomic():
            _give_back(merge, kept, merged, before)
    except IntegrityError as error:
        raise Refused("没有撤销", [broken_rule(error, type(kept), "登记在合并后又改过")]) from error
    moved = {label: ids for label, ids in merge.moved.items() if label != "caseload.Person.is_head"}
    moving.move_back(moved, kept.pk, merged.pk, problems, owners=_owners(kept, merged, moved))
    moving.part(merge.joined, problems)
    for pk in merge.moved.get("caseload.Person.is_head", ()):
        Person.objects.filter(pk=pk, household=merged).update(is_head=True, relation="户主")
    if problems:
        raise Refused("没有撤销", list(dict.fromkeys(problems)))
    merge.undone_by, merge.undone_at, merge.undone_reason = by, at, reason.strip()[:200]
    merge.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    for row in (kept, merged):
        row.refresh_from_db()
        refresh_file(_household_of(row), at=at)
    noun = kept._meta.model_name
    audit.record(f"{noun}.unmerged", by=by, at=at, target=_household_of(kept), merged=str(merged.pk), reason=merge.undone_reason)  # fmt: skip
    return merge


def _later(merge):
    """Merges of people who came with a household: they are undone before the household's own."""
    people_moved = merge.moved.get("caseload.Person.household", ())
    later = Merge.objects.filter(Q(kept_person__in=people_moved) | Q(merged_person__in=people_moved), undone_at=None)
    return ["两户的人后来又合并过，先撤销那一次"] if later.filter(at__gte=merge.at).exists() else []


def _owners(kept, merged, moved):
    """Of two people's merge, the columns that hold a household: they go back to the household in which the merged one stood."""
    if isinstance(kept, Household):
        return {}
    return {label: (merged.household_id, kept.household_id) for label in moved if label.endswith(".household")}


def _give_back(merge, kept, merged, before):
    """The kept entry has its own texts again where they are still those that it took; the merged one stands again."""
    ours, theirs = before["kept"], before["merged"]
    now = values_of(kept)
    back = {field: ours[field] for field in merge.taken if field != "details" and now[field] == theirs[field]}
    if now["details"] == _joined(ours["details"], theirs["details"], merge.taken):
        back["details"] = ours["details"]
    _set(kept, back)
    if isinstance(kept, Person):
        kept.is_head, kept.relation = ours["is_head"], ours["relation"] if kept.is_head != ours["is_head"] else kept.relation  # fmt: skip
    kept.save()
    back = {"merged_into": None}
    if isinstance(merged, Person):
        back |= {"is_head": theirs["is_head"], "relation": theirs["relation"]}
    type(merged)._base_manager.filter(pk=merged.pk).update(**back)


# --- two and not one ------------------------------------------------------------------------------------------------------
@transaction.atomic
def say_apart(first, second, *, reason, by, at):
    """Keep that two entries which look alike are not the same: nobody is asked about them again. Returns the KnownApart."""
    if len(reason.strip()) < 2:
        raise Refused("写明理由")
    noun = first._meta.model_name
    low, high = sorted((first, second), key=lambda row: row.pk)
    ends = {f"first_{noun}": low, f"second_{noun}": high}
    if KnownApart.objects.filter(Q(**ends)).exists():
        raise Conflict("这一对已判断过")
    row = KnownApart(contract=_household_of(first).contract, reason=reason.strip()[:200], by=by, at=at, **ends)
    row.save(force_insert=True)
    audit.record(f"{noun}.told_apart", by=by, at=at, target=_household_of(low), other=str(high.pk), reason=row.reason)
    return row
