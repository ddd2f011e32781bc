"""Rows that point to one entry of the ledger made to point to another, whatever app they belong to, and back again.

The tables are found through Django's own knowledge of foreign keys, so that a new one is covered without being told.
"""

import base64
import json
from dataclasses import dataclass, field

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction

from caseload.models import HouseholdCategory, KnownApart, Merge, Person, RegisterEntry
from caseload.rules import merging as rules
from tenancy.problems import broken_rule

# They tell of merges themselves.
OF_MERGES = (Merge, KnownApart)
# Stays that may lie on each other, and what tells two of them to be of one kind.
STAYS = {RegisterEntry: ("contract_id", "kind"), HouseholdCategory: ("category_id", "person_id")}


@dataclass
class Moving:
    """What one merge does to the rows around it, and what stands in its way."""

    moved: dict = field(default_factory=dict)
    joined: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def pointing_at(model):
    """[(model, field)] of every foreign key in the program that points to the model and that the open role may change."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            other, key = relation.related_model, relation.field
            if other not in OF_MERGES and key.name != "merged_into" and not key.many_to_many:
                found.append((other, key))
    return _changeable(found)


def _changeable(found):
    """A history that nobody may change stays with the entry that it tells of."""
    tables = sorted({model._meta.db_table for model, _ in found})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) t WHERE has_table_privilege(current_user, quote_ident(t), 'UPDATE')",
            [tables],
        )
        allowed = {name for (name,) in cursor.fetchall()}
    return [(model, key) for model, key in found if model._meta.db_table in allowed]


def move(merged, kept, moving):
    """Point every row at `kept` that points at `merged`; stays of both that lie on each other become one.

    What a constraint forbids becomes a line of `moving.problems`: the caller refuses with all of them.
    """
    for model, key in pointing_at(type(kept)):
        if model in STAYS and _is_subject(model, key):
            _join_stays(model, key, merged, kept, moving)
        rows = model._base_manager.filter(**{key.attname: merged.pk})
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            _point(model, ids, {key.attname: kept.pk}, moving)
            moving.moved.setdefault(_label(model, key), []).extend(map(str, ids))
    if not moving.problems:
        _follow_subject(merged, kept, moving)
        _follow_household(merged, kept, moving)


def _is_subject(model, key):
    return key.name in ("household", "person")


def _label(model, key):
    return f"{model._meta.label}.{key.name}"


def _point(model, ids, values, moving):
    """Each row by itself only when all together are refused, so that every reason is told."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids).update(**values)
    except IntegrityError as error:
        told = broken_rule(error, model, "两边有同样的一条，不能并到一起")
        moving.problems.append(f"{rules.word_of(model.__name__)}：{told}")


def _follow_subject(merged, kept, moving):
    """A register counts its entries by `subject`, which is the id of the person or household."""
    rows = RegisterEntry.objects.filter(subject=merged.pk)
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        _point(RegisterEntry, ids, {"subject": kept.pk}, moving)
        moving.moved["caseload.RegisterEntry.subject"] = list(map(str, ids))


def _follow_household(merged, kept, moving):
    """What was about a person and that person's household is now about the household in which the person stands."""
    if not isinstance(kept, Person) or merged.household_id == kept.household_id:
        return
    for model, key in pointing_at(Person):
        household = next((one for one in model._meta.local_fields if one.name == "household"), None)
        ids = moving.moved.get(_label(model, key), ()) if key.name == "person" and household else ()
        if ids:
            rows = model._base_manager.filter(pk__in=ids, household_id=merged.household_id)
            ids = list(rows.values_list("pk", flat=True))
            _point(model, ids, {household.attname: kept.household_id}, moving)
            moving.moved[_label(model, household)] = list(map(str, ids))


# --- stays that lie on each other -----------------------------------------------------------------------------------------
def _join_stays(model, key, merged, kept, moving):
    signs = STAYS[model]
    subject = {"subject": merged.pk} if model is RegisterEntry else {key.attname: merged.pk}
    own = {"subject": kept.pk} if model is RegisterEntry else {key.attname: kept.pk}
    theirs = list(model._base_manager.filter(**subject).select_for_update(of=("self",)))
    ours = list(model._base_manager.filter(**own).select_for_update(of=("self",))) if theirs else []
    same = [sign for sign in signs if sign != key.attname]
    for row in theirs:
        for standing in ours:
            alike = all(getattr(row, sign) == getattr(standing, sign) for sign in same)
            if alike and rules.overlap((row.from_day, row.to_day), (standing.from_day, standing.to_day)):
                _join(model, standing, row, moving)
                break


def _join(model, standing, row, moving):
    """The kept row takes the other's days, facts and papers, and whatever pointed at the other; the other is remembered and goes."""
    was, gone = packed(standing), packed(row)
    standing.from_day, standing.to_day = rules.joined_interval(
        (standing.from_day, standing.to_day), (row.from_day, row.to_day)
    )
    if model is RegisterEntry:
        standing.facts = {**row.facts, **standing.facts}
        standing.papers = sorted({*standing.papers, *row.papers})
    else:
        standing.certificate = standing.certificate or row.certificate
    inner = Moving()
    for other, key in pointing_at(model):
        ids = list(other._base_manager.filter(**{key.attname: row.pk}).values_list("pk", flat=True))
        if ids:
            _point(other, ids, {key.attname: standing.pk}, inner)
            inner.moved[_label(other, key)] = list(map(str, ids))
    moving.problems += inner.problems
    if inner.problems:
        return
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk).delete()
            standing.save()
    except IntegrityError:  # a history that nobody may change points at it
        moving.problems.append(f"{rules.word_of(model.__name__)}：两边时段重叠，又各有办理记录，先截止其中一条")
        return
    line = {"model": model._meta.label, "kept": str(standing.pk), "was": was, "gone": gone, "moved": inner.moved}
    moving.joined.append(line | {"became": [str(standing.from_day), str(standing.to_day or "")]})


# --- and back ---------------------------------------------------------------------------------------------------------------
def packed(row):
    """The row's columns as they lie in the table, as plain JSON; sealed bytes stay sealed and bound to the row."""
    values = type(row)._base_manager.filter(pk=row.pk).values(*(one.attname for one in row._meta.local_fields)).get()
    plain = {
        name: {"sealed": base64.b64encode(bytes(value)).decode()} if isinstance(value, bytes | memoryview) else value
        for name, value in values.items()
    }
    return json.loads(json.dumps(plain, cls=DjangoJSONEncoder))


def _columns(model, plain):
    by_name = {one.attname: one for one in model._meta.local_fields}
    return {
        name: base64.b64decode(value["sealed"])
        if isinstance(value, dict) and set(value) == {"sealed"}
        else by_name[name].to_python(value)
        for name, value in plain.items()
        if name in by_name
    }


def move_back(moved, kept_pk, merged_pk, problems, *, owners):
    """Point the rows of an earlier move at the merged entry again. `owners` tells which columns hold households of people.

    A row that has been deleted or has gone elsewhere since is a line of `problems`.
    """
    for label, ids in moved.items():
        model, column = _column(label)
        goal, now = owners.get(label, (merged_pk, kept_pk))
        rows = model._base_manager.filter(pk__in=ids, **{column: now})
        if rows.count() != len(ids):
            problems.append(f"{rules.word_of(model.__name__)}有 {len(ids) - rows.count()} 条在合并后删除或改到别处")
            continue
        refused = Moving()
        _point(model, ids, {column: goal}, refused)
        problems += refused.problems


def _column(label):
    app_and_model, _, name = label.rpartition(".")
    model = apps.get_model(app_and_model)
    return model, model._meta.get_field(name).attname


def part(joined, problems):
    """Make two rows of each one that was joined; refused when its days have been changed since."""
    for line in reversed(joined):
        model = apps.get_model(line["model"])
        standing = model._base_manager.select_for_update(of=("self",)).filter(pk=line["kept"]).first()
        if standing is None or [str(standing.from_day), str(standing.to_day or "")] != line["became"]:
            problems.append(f"{rules.word_of(model.__name__)}在合并后又改过")
            continue
        try:
            with transaction.atomic():
                _restore(model, standing, _columns(model, line["was"]), _columns(model, line["gone"]))
        except IntegrityError as error:
            problems.append(broken_rule(error, model, f"{rules.word_of(model.__name__)}不能分开"))
            continue
        move_back(line["moved"], line["kept"], line["gone"]["id"], problems, owners={})


def _restore(model, standing, was, gone):
    """The standing row gets its own days again and keeps what was noted on it since; the other comes back as it was."""
    standing.from_day, standing.to_day = was["from_day"], was["to_day"]
    if model is RegisterEntry:
        only_theirs = {name for name in gone["facts"] if name not in was["facts"]}
        standing.facts = {name: value for name, value in standing.facts.items() if name not in only_theirs}
        standing.papers = sorted(set(standing.papers) - (set(gone["papers"]) - set(was["papers"])))
    else:
        standing.certificate = was["certificate"]
    standing.save()
    model(**gone).save(force_insert=True)
