"""Every write on contracts beside the file: people in post, read grants, what was decided where the contract is unclear, and its end."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from contracts import queries
from contracts.models import Contract, Debarment, Label, OpenReading, ReadGrant, StaffPost, TermChange, Termination
from contracts.rules import debarred_until, extended, interval_fault, post_fault
from tenancy import audit, clock
from tenancy.permissions import ROLES, Permission, allows
from tenancy.problems import Conflict, Refused

PROJECT_LEAD = "project_lead"


@transaction.atomic
def add_staff_post(contract, *, side, post, name, from_day, by, at, membership=None, facts=None, kind="project"):
    """Put a person in a post of the contract, on the purchaser's or the provider's side.

    `membership` ties the post to an account, which opens the contract to experts; its own name goes before `name`. What a
    provider enters counts once the purchaser has checked it. `kind` organisation is staff of the agency as a whole. Raises Refused for an unknown post, a person of another
    side, a second stay in the same post, or a provider that would replace its project lead by itself.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    name = membership.account.name if membership is not None else name.strip()
    poster = ROLES[by.role].side if by is not None else "purchaser"
    in_post = _in_post(contract, side=side, post=post, on=from_day)
    faults = [
        post_fault(
            poster_side=poster,
            is_own_contract=by is None or contract.provider_id == by.organisation_id,
            side=side,
            replaces_lead=post == PROJECT_LEAD and in_post.exists(),
        ),
        "" if Label.objects.filter(family=Label.Family.POST, code=post).exists() else f"没有岗位“{post}”",
        "" if name else "姓名未填",
        _membership_fault(contract, side, membership),
        f"{name} 已在这个岗位" if name and in_post.filter(name=name).exists() else "",
    ]
    if any(faults):
        raise Refused("没有登记", [fault for fault in faults if fault])
    row = StaffPost.objects.create(
        contract=contract,
        membership=membership,
        name=name,
        post=post,
        side=side,
        kind=kind,
        from_day=from_day,
        is_verified=poster == "purchaser",
        facts=facts or {},
    )
    audit.record(
        "staff_post.added",
        by=by,
        at=at,
        target=contract,
        post=post,
        side=side,
        staff_post=str(row.pk),
        verified=row.is_verified,
    )
    return row


@transaction.atomic
def describe_staff_post(row, *, facts, papers, by, at, **known):
    """Say what is counted of a person in post: facts and papers seen, and `known` ⊆ area, born_on, approvals; returns the StaffPost.

    What the provider changes counts once the purchaser has checked it again. Approvals (who agreed to an exception) are the
    purchaser's to give. What isn't given stays. Raises Refused for the other side's people, for
    approvals by the provider, and for a birth that is not before the first day.
    """
    row = StaffPost.objects.select_for_update(of=("self",)).select_related("contract").get(pk=row.pk)
    poster = ROLES[by.role].side if by is not None else "purchaser"
    born_on = known.get("born_on", row.born_on)
    faults = [
        post_fault(
            poster_side=poster,
            is_own_contract=by is None or row.contract.provider_id == by.organisation_id,
            side=row.side,
            replaces_lead=False,
        ),
        "批准由甲方登记" if "approvals" in known and poster != "purchaser" else "",
        "出生日期须早于到岗" if born_on is not None and born_on >= row.from_day else "",
    ]
    if any(faults):
        raise Refused("没有登记", [fault for fault in faults if fault])
    row.facts, row.papers = {**row.facts, **facts}, sorted(set(papers))
    row.born_on, row.approvals = born_on, sorted(set(known.get("approvals", row.approvals)))
    if "area" in known:
        row.area = known["area"]
        row.street_id = (row.area.street_id or row.area.pk) if row.area else None
    row.is_verified = poster == "purchaser"
    row.save(update_fields=["facts", "papers", "area", "street", "born_on", "approvals", "is_verified"])
    told = {"staff_post": str(row.pk), "facts": sorted(facts), "approvals": row.approvals, "verified": row.is_verified}
    audit.record("staff_post.described", by=by, at=at, target=row.contract, post=row.post, **told)
    return row


def _in_post(contract, *, side, post, on):
    rows = StaffPost.objects.filter(contract=contract, side=side, post=post)
    return rows.filter(Q(to_day__isnull=True) | Q(to_day__gte=on))


def _membership_fault(contract, side, membership):
    if membership is None:
        return ""
    kind = membership.organisation.kind
    if side == "provider":
        return "" if membership.organisation_id == contract.provider_id else "这个账号不属于乙方"
    return "" if kind != "provider" else "这个账号不属于甲方或其委托的机构"


@transaction.atomic
def verify_staff_post(row, *, by, at):
    """Confirm, as purchaser, that a person whom the provider entered is in post; from then on the person counts."""
    if not StaffPost.objects.filter(pk=row.pk, is_verified=False).update(is_verified=True):
        raise Conflict
    row.is_verified = True
    audit.record("staff_post.verified", by=by, at=at, target=row.contract, post=row.post, staff_post=str(row.pk))
    return row


@transaction.atomic
def end_staff_post(row, *, on, by, at):
    """Record a person's last day in a post. Raises Refused when the day lies before the first, Conflict when it is ended."""
    fault = interval_fault(row.from_day, on)
    if fault:
        raise Refused("离岗不得早于到岗")
    if by is not None and ROLES[by.role].side == "provider" and row.side != "provider":
        raise Refused("甲方人员由甲方登记")
    if not StaffPost.objects.filter(pk=row.pk, to_day=None).update(to_day=on):
        raise Conflict
    row.to_day = on
    audit.record(
        "staff_post.ended", by=by, at=at, target=row.contract, post=row.post, staff_post=str(row.pk), on=str(on)
    )
    return row


@transaction.atomic
def grant_reading(contract, *, organisation, reason, from_day, by, at, to_day=None):
    """Let another organisation of the tenant read the contract's service data, never its money, for a time.

    Granting again replaces the days and the reason. Raises Refused for a party of the contract, which needs no grant, a
    missing reason, or days in the wrong order.
    """
    faults = [
        "合同双方无须另行准许" if organisation.pk in (contract.provider_id, contract.purchaser_id) else "",
        "依据未填" if not reason.strip() else "",
        interval_fault(from_day, to_day),
    ]
    if any(faults):
        raise Refused("没有准许", [fault for fault in faults if fault])
    grant, _ = ReadGrant.objects.update_or_create(
        contract=contract,
        organisation=organisation,
        defaults={"reason": reason.strip(), "from_day": from_day, "to_day": to_day},
    )
    audit.record(
        "reading.granted", by=by, at=at, target=contract, organisation=organisation.name, until=str(to_day or "")
    )
    return grant


@transaction.atomic
def end_grant(grant, *, on, by, at):
    """End a read grant with the day before `on`: from that day its organisation sees the contract no more."""
    if grant.from_day >= on:
        ReadGrant.objects.filter(pk=grant.pk).delete()
    else:
        ReadGrant.objects.filter(pk=grant.pk).update(to_day=on - timedelta(days=1))
    audit.record("reading.ended", by=by, at=at, target=grant.contract, organisation=grant.organisation.name)


# What apps to the left do in the same transaction when a reading is decided.
FOLLOWERS = []


def on_decision(function):
    """Let function(reading, by=, at=) follow each decision; what it refuses, refuses the decision."""
    FOLLOWERS.append(function)
    return function


@transaction.atomic
def decide_reading(reading, *, choice, reason, by, at):
    """Choose how an unclear or contradictory place of the contract is handled; the choice and its ground are kept.

    Deciding again replaces the choice; the audit trail keeps each. Raises Refused for an unknown choice or a missing ground.
    """
    faults = ["选择一种处理" if choice not in reading.choices else "", "依据未填" if not reason.strip() else ""]
    if any(faults):
        raise Refused("没有选定", [fault for fault in faults if fault])
    reading = OpenReading.objects.select_for_update().get(pk=reading.pk)
    before = reading.decision
    reading.decision, reading.reason, reading.decided_by, reading.decided_at = choice, reason.strip(), by, at
    reading.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    audit.record(
        "open_reading.decided", by=by, at=at, target=reading.contract, code=reading.code, choice=choice, before=before
    )
    for follow in FOLLOWERS:
        follow(reading, by=by, at=at)
    return reading


@transaction.atomic
def note_files_handed(contract, *, on, by, at):
    """Keep the provider's last day with the files of served people; from the day after it sees none of them (queries.in_sight)."""
    Contract.objects.filter(pk=contract.pk).update(files_handed_on=on)
    audit.record("contract.files_handed", by=by, at=at, target=contract, on=str(on))


# --- longer, ended, kept away -----------------------------------------------------------------------------------------
@transaction.atomic
def extend_term(contract, *, months, reason, by, at, moves_deadline=False, **clause):
    """Make the term of an active contract longer by whole months; returns the TermChange, which keeps the day before.

    The delivery deadline stays unless `moves_deadline`. `clause` ⊆ clause, clause_text, source: the contract's own words.
    Refused without a reason, for a contract that is not active.
    """
    contract = _active(contract, "延长服务期", reason)
    before, deadline = contract.ends_on, contract.delivery_deadline
    after = extended(before, months)
    moved = extended(deadline, months) if moves_deadline and deadline else deadline
    if not Contract.objects.filter(pk=contract.pk, state=Contract.State.ACTIVE, ends_on=before).update(
        ends_on=after, delivery_deadline=moved
    ):
        raise Conflict
    change = TermChange.objects.create(
        contract=contract, months=months, ends_before=before, ends_after=after, deadline_before=deadline, deadline_after=moved,
        reason=reason.strip(), by=by, at=at, **clause,
    )  # fmt: skip
    told = {"months": months, "before": str(before), "after": str(after), "deadline": str(moved or "")}
    audit.record("contract.extended", by=by, at=at, target=contract, **told)
    return change


@transaction.atomic
def terminate(contract, *, reason, by, at, **clause):
    """End an active contract from today: nothing new is entered and nothing is paid; what was done stays. Returns the Termination."""
    contract = _active(contract, "解除合同", reason)
    if not Contract.objects.filter(pk=contract.pk, state=Contract.State.ACTIVE).update(state=Contract.State.TERMINATED):
        raise Conflict
    end = Termination.objects.create(
        contract=contract, day=clock.day_of(at), reason=reason.strip(), by=by, at=at, **clause
    )
    audit.record("contract.terminated", by=by, at=at, target=contract, day=str(end.day), clause=end.clause)
    return end


@transaction.atomic
def debar(contract, *, years, reason, by, at, **clause):
    """Let the contract's provider get no new contract of this tenant for whole years from today; returns the Debarment."""
    if contract.provider_id is None or not reason.strip() or not years:
        raise Refused("不再合作须有乙方、年数和理由")
    today = clock.day_of(at)
    row = Debarment.objects.create(
        provider_id=contract.provider_id, contract=contract, years=years, from_day=today, to_day=debarred_until(today, years),
        reason=reason.strip(), by=by, at=at, **clause,
    )  # fmt: skip
    audit.record("provider.debarred", by=by, at=at, target=contract, until=str(row.to_day), years=years)
    return row


@transaction.atomic
def lift_debarment(row, *, reason, by, at):
    """Let a debarred provider be contracted again from today, with the reason; the debarment stays on record."""
    if not allows(by, Permission.CONSEQUENCE_DECIDE):
        raise Refused("撤销由决定后果的人办理")
    if not reason.strip():
        raise Refused("撤销须写明理由")
    if not Debarment.objects.filter(pk=row.pk, lifted_on=None).update(
        lifted_on=clock.day_of(at), lifted_by=by, lift_reason=reason.strip()
    ):
        raise Conflict
    row.refresh_from_db()
    audit.record("provider.debarment_lifted", by=by, at=at, target=row.contract, reason=row.lift_reason)
    return row


def refuse_debarred(provider, *, on):
    """Refused when no new contract may be made with the provider on the day; names the clause and the last day."""
    row = queries.debarment(provider, on=on) if provider is not None else None
    if row is not None:
        told = f"{row.to_day:%Y-%m-%d} 以前不再与{provider.name}签订合同"
        raise Refused(told, [f"依据合同 {row.contract.code} {row.clause}：{row.clause_text}".strip("：")])


def refuse_terminated(contract):
    """Refused for whatever would begin under a contract that was ended; what runs may be brought to its end and handed over."""
    if Contract.objects.filter(pk=contract.pk, state=Contract.State.TERMINATED).exists():
        raise Refused("合同已解除，不再登记新的服务")


def _active(contract, what, reason):
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if not reason.strip():
        raise Refused(f"{what}须写明理由")
    if contract.state != Contract.State.ACTIVE:
        raise Conflict(f"合同不在履行中，不能{what}")
    return contract
