"""Every write on schemes: taken from a contract file, begun, changed while a draft, adopted once and for all, or dropped."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from evaluations.models import Scheme, SchemeVersion
from evaluations.queries import schemes as queries
from evaluations.rules import schemes as rules
from evaluations.rules.scheme_telling import fault_told
from tenancy import audit
from tenancy.problems import Conflict, Refused

DRAFT, ADOPTED = SchemeVersion.State.DRAFT, SchemeVersion.State.ADOPTED


@transaction.atomic
def adopt_filed(contract, evaluation, definition, *, by, at):
    """Adopt what a checked contract file says of an evaluation; what is in force already is not adopted twice.

    Returns the version in force. The first is version 1; a file that says something else makes the next.
    """
    definition, digest = rules.stored(definition), rules.digest(definition)
    current = queries.adopted(contract, evaluation)
    if current is not None and current.digest == digest:
        return current
    scheme = _scheme(contract, evaluation, definition, by=by, at=at, adopts=True)
    version = SchemeVersion.objects.create(
        scheme=scheme,
        no=_next(scheme),
        definition=definition,
        note="合同文件",
        made_by=by,
        made_at=at,
        state=ADOPTED,
        digest=digest,
        adopted_by=by,
        adopted_at=at,
    )
    _record("scheme.adopted", version, by=by, at=at, digest=digest)
    return version


def _scheme(contract, evaluation, definition, *, by, at, adopts):
    """The contract's scheme, locked; it bears the name of what is in force, or of its first draft."""
    said = {"code": str(definition.get("code", ""))[:40], "title": str(definition.get("title", ""))[:120]}
    made = {"created_by": by, "created_at": at}
    scheme, is_new = Scheme.objects.get_or_create(contract=contract, evaluation=evaluation, defaults=said | made)
    if adopts and not is_new:
        Scheme.objects.filter(pk=scheme.pk).update(**said)
    return Scheme.objects.select_for_update().get(pk=scheme.pk)


def _next(scheme):
    return (scheme.versions.aggregate(last=Max("no"))["last"] or 0) + 1


@transaction.atomic
def draft_scheme(contract, evaluation, definition, *, note, by, at):
    """Begin a draft for an evaluation of the contract: after the library, another contract, or the version in force.

    Refused when the contract has no such evaluation, or a draft is there already.
    """
    if queries.said_of(contract, evaluation) is None:
        raise Refused(f"合同没有评估 {evaluation}")
    try:
        with transaction.atomic():
            scheme = _scheme(contract, evaluation, definition, by=by, at=at, adopts=False)
            version = SchemeVersion.objects.create(
                scheme=scheme,
                no=_next(scheme),
                definition=rules.stored(definition),
                note=note,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise Refused("已有一份草稿，先采用或删去它") from error
    _record("scheme.drafted", version, by=by, at=at, note=note)
    return version


@transaction.atomic
def save_draft(version, definition, *, note, seen, by, at):
    """Keep a draft as it now is, right or wrong; its faults stand beside it until it is adopted.

    `seen` is the digest of the draft that the writer had before (mark_of). Conflict when another one has saved it since, or
    it has been adopted.
    """
    version = _locked_draft(version)
    if mark_of(version) != seen:
        raise Conflict("这份草稿刚被别人改过，刷新后再改")
    version.definition, version.note = rules.stored(definition), note
    version.made_by, version.made_at = by, at
    version.save(update_fields=["definition", "note", "made_by", "made_at"])
    _record("scheme.changed", version, by=by, at=at)
    return version


def mark_of(version):
    """A short sign of a draft's content, by which two writers notice each other."""
    return queries.mark(version.definition, version.note)


@transaction.atomic
def adopt(version, *, by, at):
    """Adopt a draft: from now on rounds are scored by it, and it never changes. Refused with every fault."""
    version = _locked_draft(version)
    wrong = rules.faults(version.definition) or queries.misfits_of(version.scheme, version.definition)
    if wrong:
        raise Refused(
            f"方案有 {len(wrong)} 处错误，没有采用", [fault_told(version.definition, fault) for fault in wrong]
        )
    scheme = _scheme(version.scheme.contract, version.scheme.evaluation, version.definition, by=by, at=at, adopts=True)
    if scheme.versions.filter(no__gt=version.no).exists():
        version.no = _next(scheme)  # a contract file was adopted since: the later decision is the one in force
    version.state, version.digest = ADOPTED, rules.digest(version.definition)
    version.adopted_by, version.adopted_at = by, at
    version.save(update_fields=["no", "state", "digest", "adopted_by", "adopted_at"])
    _record("scheme.adopted", version, by=by, at=at, digest=version.digest)
    return version


@transaction.atomic
def drop_draft(version, *, by, at):
    """Delete a draft. Conflict when it has been adopted."""
    version = _locked_draft(version)
    _record("scheme.dropped", version, by=by, at=at)
    version.delete()


def _locked_draft(version):
    rows = SchemeVersion.objects.select_for_update(of=("self",)).select_related("scheme__contract")
    locked = rows.filter(pk=version.pk, state=DRAFT).first()
    if locked is None:
        raise Conflict("这一版已采用或已删去，不能再改")
    return locked


def _record(action, version, *, by, at, **detail):
    scheme = version.scheme
    contract = scheme.contract.code
    audit.record(
        action, by=by, at=at, target=version, contract=contract, evaluation=scheme.evaluation, no=version.no, **detail
    )
