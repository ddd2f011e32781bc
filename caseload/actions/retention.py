"""Keeping files for their years, holding them back, and destroying them: one proposes, another decides."""

from django.db import IntegrityError, transaction

from caseload.actions import erasing
from caseload.models import Erasure, ErasureMove, Household, LegalHold, RetentionClass
from caseload.queries import retention as reads
from caseload.rules import retention as rules
from documents.actions import destroying
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


@transaction.atomic
def set_years(code, *, years, basis, by, at):
    """Set for how many years a class of files is kept, and by which rule."""
    _refuse_unless(by, Permission.RETENTION_MANAGE)
    if code not in rules.DEFAULTS or not 1 <= years <= 100 or not basis.strip():
        raise Refused("写明保存年数（1 至 100）和依据")
    if code == rules.PROCUREMENT and years < rules.LEAST_PROCUREMENT:
        raise Refused(f"采购文件至少保存 {rules.LEAST_PROCUREMENT} 年（政府采购法第四十二条）")
    RetentionClass.objects.update_or_create(code=code, defaults={"years": years, "basis": basis.strip()[:120]})
    audit.record("retention.set", by=by, at=at, code=code, years=years)


@transaction.atomic
def set_hold(household, *, reason, by, at):
    """Keep a file from destruction for a dispute, an audit or an open request; what waits for a decision is taken back."""
    _refuse_unless(by, Permission.RETENTION_MANAGE)
    if not reason.strip():
        raise Refused("写明暂缓销毁的原因")
    if reads.erased(household):
        raise Refused("这一户的档案已销毁")
    hold = LegalHold(household=household, reason=reason.strip()[:200], set_by=by, set_at=at)
    _save(hold)
    audit.record("hold.set", by=by, at=at, target=household, reason=hold.reason)
    return hold


@transaction.atomic
def lift_hold(household, *, by, at):
    """Let the years run their course again."""
    _refuse_unless(by, Permission.RETENTION_MANAGE)
    if not LegalHold.objects.filter(household=household, lifted_at=None).update(lifted_at=at, lifted_by=by):
        raise Conflict("这一户没有暂缓销毁")
    audit.record("hold.lifted", by=by, at=at, target=household)


def _save(row):
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, type(row), "刚被别人登记过。刷新后再看一次")) from error


def _refuse_unless(by, permission):
    if not allows(by, permission):
        raise Refused("你的角色不能办理档案保存和销毁")


def _refuse_early(household, *, on):
    due = reads.due_of(household)
    faults = rules.faults(
        due.due_on, on=on, held=due.held, contract_runs=due.contract_runs, open_cases=due.open_cases
    )  # fmt: skip
    if faults:
        raise Refused("还不能销毁", faults)
    return due


# --- destroying ---------------------------------------------------------------------------------------------------
@transaction.atomic
def propose_erasure(household, *, reason, by, at):
    """Ask that a file whose years are over be destroyed; returns the Erasure. Refused before its date, or while it is held."""
    _refuse_unless(by, Permission.RETENTION_MANAGE)
    if not reason.strip():
        raise Refused("写明销毁的理由")
    due = _refuse_early(household, on=day_of(at))
    erasure = Erasure(
        household=household, due_on=due.due_on, reason=reason.strip()[:200], proposed_by=by, proposed_at=at
    )  # fmt: skip
    _save(erasure)
    _remember(erasure, "propose", by=by, at=at, reason=reason)
    audit.record("erasure.proposed", by=by, at=at, target=household, due_on=str(due.due_on))
    return erasure


@transaction.atomic
def approve_erasure(erasure, *, by, at):
    """Destroy the file: values, words and stored contents. Never by the one who proposed it; there is no way back.

    What is counted stays. The contents of the files go when the transaction stands (remove_files).
    """
    _refuse_unless(by, Permission.RETENTION_DECIDE)
    if erasure.proposed_by.account_id == by.account_id:
        raise Refused("不能批准自己提出的销毁")
    household = Household.objects.select_for_update(of=("self",)).get(pk=erasure.household_id)
    _refuse_early(household, on=day_of(at))
    _move(erasure, "approve", by=by, at=at, decided_by=by, decided_at=at)
    counts, paths = erasing.blank(household, erasure=erasure, by=by, at=at)
    Erasure.objects.filter(pk=erasure.pk).update(counts=counts, paths=paths)
    audit.record("erasure.done", by=by, at=at, target=household, values=counts["values"], files=counts["files"])
    transaction.on_commit(lambda: destroying.remove(paths))
    erasure.refresh_from_db()
    return erasure


@transaction.atomic
def refuse_erasure(erasure, *, decision, by, at):
    """Keep the file, with the reason."""
    _refuse_unless(by, Permission.RETENTION_DECIDE)
    if not decision.strip():
        raise Refused("写明不予销毁的原因")
    _move(erasure, "refuse", by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision.strip()[:200])  # fmt: skip
    audit.record("erasure.refused", by=by, at=at, target=erasure.household)


@transaction.atomic
def withdraw_erasure(erasure, *, by, at):
    """Take a proposal back before it is decided."""
    _refuse_unless(by, Permission.RETENTION_MANAGE)
    _move(erasure, "withdraw", by=by, at=at)
    audit.record("erasure.withdrawn", by=by, at=at, target=erasure.household)


@transaction.atomic
def remove_files(erasure, *, at):
    """Remove the stored contents of an erased file, again if the first time was cut off; keeps when it was done."""
    if erasure.state != rules.DONE or erasure.files_removed_at is not None:
        return
    destroying.remove(erasure.paths)
    Erasure.objects.filter(pk=erasure.pk, files_removed_at=None).update(files_removed_at=at)
    audit.record("erasure.files_removed", by=None, at=at, target=erasure.household, contents=len(erasure.paths))


def _move(erasure, verb, *, by, at, reason="", **values):
    if not rules.allowed(verb, erasure.state):
        raise Refused(rules.refusal(verb, erasure.state))
    seen, state = erasure.state, rules.MOVES[verb][1]
    if not Erasure.objects.filter(pk=erasure.pk, state=seen).update(state=state, **values):
        raise Conflict()
    erasure.refresh_from_db()
    _remember(erasure, verb, by=by, at=at, reason=reason)


def _remember(erasure, verb, *, by, at, reason=""):
    ErasureMove.objects.create(erasure=erasure, verb=verb, to_state=erasure.state, by=by, at=at, reason=reason.strip()[:400])  # fmt: skip
