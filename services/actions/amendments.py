"""Writes of amendments: one side proposes, the other confirms, and on its day the new readings hold; all in one transaction."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from contracts.models import Amendment, AmendmentMove, Contract
from services.actions.indicators import save_indicators
from services.actions.measuring import measure_again
from services.indicators import check
from services.indicators.drafting import definition_of, plain
from services.models import Confirmation, Indicator, IndicatorVersion
from services.queries import indicators as words
from services.queries import readings as queries
from services.rules import readings as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused, broken_rule


@transaction.atomic
def propose_amendment(contract, *, terms, changes, by, at):
    """Put a change of indicators before the other side; nothing counts differently yet. Returns the Amendment.

    `terms` are title, number, reason, effective_on, clause and clause_text; `changes` are mappings with code,
    base_version (0: a new indicator), definition and, when the old reading is kept for the past, successor. Raises Refused
    with everything that is wrong in the paper and in every definition, Conflict when a reading has moved on meanwhile.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    side = queries.side(by, contract)
    rows = list(contract.indicators.all())
    if rules.stale(changes, {row.code: row.version for row in rows}):
        raise Conflict("指标的口径刚被修改，重新核对后再提出")
    changes = [{name: plain(value) for name, value in change.items()} for change in changes]
    faults = [
        "" if side else "只有甲方经办人和乙方项目主管提出变更",
        *[f"{label}未填" for name, label in REQUIRED.items() if not str(terms.get(name) or "").strip()],
        *rules.amendment_faults(
            state=contract.state,
            term=(contract.starts_on, contract.ends_on),
            effective_on=terms["effective_on"],
            changes=changes,
        ),
        *_wrong(contract, rules.amended([definition_of(row) for row in rows], changes)),
    ]
    if any(faults):
        raise Refused("变更没有提出", [fault for fault in faults if fault])
    amendment = _create(contract, terms | {"side": side, "changes": changes}, by=by, at=at)
    AmendmentMove.objects.create(amendment=amendment, verb="propose", to_state=amendment.state, by=by, at=at)
    audit.record(
        "amendment.proposed", by=by, at=at, target=contract, amendment=amendment.no, title=amendment.title,
        effective_on=str(amendment.effective_on), indicators=[change["code"] for change in changes],
    )  # fmt: skip
    return amendment


REQUIRED = {"title": "名称", "number": "补充协议编号", "reason": "事由"}


def _wrong(contract, definitions):
    found = check.faults(definitions, words.context(contract))
    return [f"{code} {text}" for code, texts in found.items() for text in texts]


def _create(contract, values, *, by, at):
    number = (contract.amendments.aggregate(last=Max("no"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Amendment.objects.create(contract=contract, no=number, proposed_by=by, proposed_at=at, **values)
    except IntegrityError as error:
        raise Refused("变更没有提出", [broken_rule(error, Amendment, "刷新后再试")]) from error


@transaction.atomic
def confirm_amendment(amendment, *, on, by, at):
    """Agree, as the other side, to an amendment; on or after its day it is in force at once, else from that day on."""
    amendment = _move(amendment, "confirm", by=by, at=at)
    audit.record("amendment.confirmed", by=by, at=at, target=amendment.contract, amendment=amendment.no)
    return put_in_force(amendment, by=by, at=at) if amendment.effective_on <= on else amendment


@transaction.atomic
def refuse_amendment(amendment, *, reason, by, at):
    """Say, as the other side, why an amendment is not agreed to; everything stays as it was."""
    if not reason.strip():
        raise Refused("没有退回", ["写明不同意的原因"])
    amendment = _move(amendment, "refuse", by=by, at=at, reason=reason.strip())
    audit.record("amendment.refused", by=by, at=at, target=amendment.contract, amendment=amendment.no, reason=reason)
    return amendment


@transaction.atomic
def withdraw_amendment(amendment, *, by, at):
    """Take back an amendment that one's own side proposed, before the other has decided."""
    amendment = _move(amendment, "withdraw", by=by, at=at)
    audit.record("amendment.withdrawn", by=by, at=at, target=amendment.contract, amendment=amendment.no)
    return amendment


@transaction.atomic
def put_in_force(amendment, *, by, at):
    """Make an agreed amendment's readings those of the contract: new versions, confirmed by both sides, old ones kept.

    Raises Conflict when a reading has changed since the amendment was written: both sides then look again.
    """
    amendment = _move(amendment, "put_in_force", by=by, at=at)
    contract = amendment.contract
    rows = list(Indicator.objects.select_for_update().filter(contract=contract))
    if rules.stale(amendment.changes, {row.code: row.version for row in rows}):
        raise Conflict("指标的口径在提出变更后已被修改，撤回后重新提出")
    definitions = rules.amended([definition_of(row) for row in rows], amendment.changes)
    save_indicators(contract, definitions, by=by, at=at, amendment=amendment)
    _confirmed_by_both(amendment)
    measure_again(contract.pk)
    audit.record(
        "amendment.in_force",
        by=by,
        at=at,
        target=contract,
        amendment=amendment.no,
        effective_on=str(amendment.effective_on),
    )
    return amendment


def put_due_in_force(*, on, at):
    """Every agreed amendment whose day has come; returns them. One that has become stale stays as it is."""
    done = []
    for amendment in Amendment.objects.filter(state=Amendment.State.AGREED, effective_on__lte=on):
        try:
            with transaction.atomic():
                done.append(put_in_force(amendment, by=None, at=at))
        except Refused:
            continue
    return done


def _confirmed_by_both(amendment):
    """Agreeing to an amendment is confirming the readings that it brings."""
    sides = {amendment.side: (amendment.proposed_by, amendment.proposed_at)}
    sides |= {side: (amendment.decided_by, amendment.decided_at) for side in rules.SIDES if side not in sides}
    Confirmation.objects.bulk_create(
        Confirmation(version=version, side=side, verdict="confirmed", by=by, at=at)
        for version in IndicatorVersion.objects.filter(amendment=amendment)
        for side, (by, at) in sides.items()
    )


def _move(amendment, verb, *, by, at, reason=""):
    """Compare and set the state, leave a history row; Refused for the wrong side, Conflict when somebody was faster."""
    amendment = Amendment.objects.select_related("contract", "proposed_by", "decided_by").get(pk=amendment.pk)
    if by is not None and verb != "put_in_force":
        side, own = queries.side(by, amendment.contract), amendment.side
        if side != own if verb == "withdraw" else side not in rules.SIDES or side == own:
            raise Refused("由提出的一方撤回" if verb == "withdraw" else "由对方确认或不同意")
    allowed, goal = rules.AMENDMENT_MOVES[verb]
    before, values = amendment.state, {"state": goal}
    if verb in ("confirm", "refuse"):
        values |= {"decided_by": by, "decided_at": at, "decision_reason": reason}
    if verb == "put_in_force":
        values["in_force_at"] = at
    if before not in allowed or not Amendment.objects.filter(pk=amendment.pk, state=before).update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(amendment, name, value)
    AmendmentMove.objects.create(
        amendment=amendment, verb=verb, from_state=before, to_state=goal, by=by, at=at, reason=reason
    )
    return amendment
