"""What destroying a family's file does to every table: found through the keys that point to it, so that no table is forgotten.

Sealed values, blind indexes, free words and files go. Dates, places, states, counted facts and the kinds of papers stay: with
them every indicator counts as it did.
"""

from django.apps import apps
from django.db import connection, transaction
from django.db.models import CharField, ForeignKey, TextField
from django.db.utils import IntegrityError

from caseload.models import Household, LedgerImport
from documents.actions import destroying
from documents.models import Job, StoredFile
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import TenantModel

GONE = "已销毁"
# Free words in plain columns: whatever table has a column of this name loses what it says.
WORDS = frozenset(["reason", "note", "caption", "return_reason", "community_opinion", "certificate", "decision", "opinion", "answer", "undone_reason", "old", "new"])  # fmt: skip
# The trail and the tombstone tell that it was done; they hold no personal value.
KEPT = frozenset(
    ["tenancy.AuditEvent", "caseload.Erasure", "caseload.ErasureMove", "caseload.LegalHold", "documents.Job"]
)
# JSON with words in it, and what is left of it: the number of goals stays.
GOALS = {"title": GONE, "before": "", "now": "", "target": ""}


def reach(household):
    """{model: ids} of the household and of every row that points to it or to one of those, in all apps."""
    found = {Household: {household.pk}}
    models = [model for model in apps.get_models() if issubclass(model, TenantModel) and model._meta.label not in KEPT]
    grew = True
    while grew:
        grew = False
        for model in models:
            ids = found.get(model, set())
            more = _pointing(model, found) - ids
            if more:
                found[model] = ids | more
                grew = True
    found[LedgerImport] = set(LedgerImport.objects.filter(contract_id=household.contract_id).values_list("pk", flat=True))  # fmt: skip
    return {model: ids for model, ids in found.items() if ids}


def _rows(model):
    return model._base_manager


def _pointing(model, found):
    ids = set()
    for key in model._meta.local_fields:
        if isinstance(key, ForeignKey) and key.related_model in found:
            ids.update(
                _rows(model).filter(**{f"{key.name}__in": found[key.related_model]}).values_list("pk", flat=True)
            )
    return ids


def blank(household, *, erasure, by, at):
    """Destroy what the household's file holds; returns ({what: how many}, the paths of the stored contents).

    `erasure` is decided in this same transaction: rows of append-only tables are blanked by a function of the database that
    asks for exactly that.
    """
    found = reach(household)
    files = _files(found)
    values = sum(_blank(model, ids, erasure) for model, ids in found.items())
    paths = destroying.forget(files, by=by, at=at)
    counts = {model._meta.label_lower: len(ids) for model, ids in found.items()}
    return {"rows": counts, "values": values, "files": len(files)}, paths


def _files(found):
    """The ids of the files that only rows of this household point to, and of papers that jobs made of it."""
    own = set()
    for model, ids in found.items():
        for key in _file_keys(model):
            rows = _rows(model).filter(pk__in=ids, **{f"{key.name}__isnull": False})
            own.update(rows.values_list(key.attname, flat=True))
    return (own - _shared(own, found)) | _made(found)


def _file_keys(model):
    return [key for key in model._meta.local_fields if isinstance(key, ForeignKey) and key.related_model is StoredFile]


def _shared(files, found):
    """Those of the files to which a row outside the household points as well: the same picture in two families' files."""
    shared = set()
    for model in apps.get_models():
        for key in _file_keys(model):
            rows = _rows(model).filter(**{f"{key.name}__in": files}).exclude(pk__in=found.get(model, ()))
            shared.update(rows.values_list(key.attname, flat=True))
    return shared


def _made(found):
    """Papers that jobs bound of one of the rows: {"case": id} in the job's arguments, {"file": id} in its result."""
    ids = {str(pk) for rows in found.values() for pk in rows}
    made = set()
    for arguments, result in Job.objects.filter(state="done", result__has_key="file").values_list(
        "arguments", "result"
    ):
        if ids.intersection(map(str, arguments.values())):
            made.add(result["file"])
    return set(StoredFile.objects.filter(pk__in=made).values_list("pk", flat=True))


def _blank(model, ids, erasure):
    """Blank the values of some rows; returns how many columns of rows were emptied."""
    sealed = [field for field in model._meta.local_fields if isinstance(field, SealedTextField)]
    indexes = [field for field in model._meta.local_fields if isinstance(field, BlindIndexField)]
    words = [field for field in model._meta.local_fields if _is_free(field)]
    columns = [*sealed, *indexes, *words]
    has_goals = any(field.name == "goals" for field in model._meta.local_fields)
    if not columns and not has_goals:
        return 0
    if not _may_update(model):
        _blank_append_only(model, ids, sealed, words, erasure)
        return len(columns) * len(ids)
    rows = _rows(model).filter(pk__in=ids)
    values = dict.fromkeys((field.attname for field in indexes), "")
    rows.update(**values) if values else None
    for field in words:
        rows.exclude(**{field.name: ""}).update(**{field.name: GONE})
    for field in sealed:
        _unseal(rows, field)
    if has_goals:
        for row in rows.exclude(goals=[]):
            rows.filter(pk=row.pk).update(goals=[GOALS] * len(row.goals))
    return len(columns) * len(ids)


def _is_free(field):
    return field.name in WORDS and isinstance(field, (CharField, TextField)) and not field.choices


def _unseal(rows, field):
    """Empty a sealed column; where a constraint asks for a value, a sealed 已销毁 takes its place."""
    try:
        with transaction.atomic():
            rows.update(**{field.attname: None})
    except IntegrityError:
        for row in rows.exclude(**{f"{field.name}__isnull": True}):
            setattr(row, field.attname, GONE)
            row.save(update_fields=[field.attname])


def _may_update(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, %s, 'UPDATE')", [model._meta.db_table])
        return cursor.fetchone()[0]


def _blank_append_only(model, ids, sealed, words, erasure):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT caseload_blank(%s, %s, %s::uuid[], %s::text[], %s::text[])",
            [
                erasure.pk,
                model._meta.db_table,
                [str(pk) for pk in ids],
                [field.column for field in sealed],
                [field.column for field in words],
            ],
        )
