"""Dangerous things taken from residents: registered with a record that counts, kept, given back or destroyed with a signature."""

from datetime import timedelta

from django.db import transaction

from services.actions import batches, records
from services.actions.batches import Entry
from services.models import SeizedItem, SeizedItemMove
from services.rules import care as care_rules
from services.rules import care_people as rules
from tenancy import audit
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused

PAPER = "item_register"
SEIZING_LASTS = timedelta(minutes=5)


@transaction.atomic
def seize_item(entry, *, id, kind_of_thing, item, quantity, place, keeper, file, by, at, note=""):
    """Register a thing that was taken from a resident just now, with the signed register sheet; returns the SeizedItem.

    `kind_of_thing` is a choice of the contract's kind; the same id again returns what is there.
    """
    records._refuse_non_writer(entry.contract, by)
    known = SeizedItem.objects.filter(record=id, entry=entry).first()
    if known is not None:
        return known
    problems = [] if item.strip() else ["未填物品"]
    problems += [] if place.strip() else ["未填存放处"]
    problems += ["保管人须是救助站或本机构人员"] if not _is_of_a_party(keeper, entry.contract) else []
    if problems:
        raise Refused("没有登记", problems)
    values = {
        "team": entry, "started_at": at - SEIZING_LASTS, "ended_at": at, "quantity": quantity,
        "facts": {"item": kind_of_thing, "accurate": True}, "narrative": note.strip(),
    }  # fmt: skip
    papers = ((PAPER, file),) if file is not None else ()
    record = batches.log_records(
        [Entry(care_rules.ITEM, values, papers, id=id)], contract=entry.contract, by=by, at=at
    )[0]
    made = SeizedItem.objects.create(
        entry=entry, record=record, item=item.strip()[:40], quantity=quantity,
        place=place.strip()[:40], taken_at=at, keeper=keeper, created_at=at,
    )  # fmt: skip
    SeizedItemMove.objects.create(item=made, verb="seize", to_state=made.state, by=by, at=at)
    audit.record("item.seize", by=by, at=at, target=made, quantity=quantity, keeper=str(keeper.pk))
    return made


def _is_of_a_party(keeper, contract):
    return keeper is not None and keeper.organisation_id in (contract.provider_id, contract.purchaser_id)


@transaction.atomic
def return_item(item, *, signature, by, at):
    """Give a kept thing back to its owner, against a signature (a StoredFile)."""
    item = _settle(item, "return", signature, by=by, at=at)
    audit.record("item.return", by=by, at=at, target=item, sha256=signature.sha256)
    return item


@transaction.atomic
def destroy_item(item, *, signature, by, at):
    """Destroy a kept thing, against the sheet that its witnesses signed (a StoredFile)."""
    item = _settle(item, "destroy", signature, by=by, at=at)
    audit.record("item.destroy", by=by, at=at, target=item, sha256=signature.sha256)
    return item


def may_settle(member, contract):
    """Whether the member may give back or destroy: field staff of the agency, and the station's own."""
    if member.organisation_id == contract.purchaser_id:
        return allows(member, Permission.STAY_CONFIRM)
    return member.organisation_id == contract.provider_id and allows(member, Permission.RECORD_WRITE)


def _settle(item, verb, signature, *, by, at):
    """Compare, swap, remember: the one way in which a kept thing leaves."""
    if not may_settle(by, item.entry.contract):
        raise Refused("只有承接机构和救助站的人员可以处理收缴物品")
    if signature is None:
        raise Refused("没有登记", ["附签字单"])
    sources, goal = rules.ITEM_MOVES[verb]
    if item.state not in sources:
        raise Refused(f"这件物品{rules.ITEM_LABELS[item.state]}")
    values = {"state": goal, "settled_at": at, "settled_by": by, "signature": signature}
    if not SeizedItem.objects.filter(pk=item.pk, state=item.state).update(**values):
        raise Conflict("这件物品刚被别人处理过。刷新后再看一次")
    seen, item = item.state, SeizedItem.objects.select_related("entry__contract").get(pk=item.pk)
    SeizedItemMove.objects.create(item=item, verb=verb, from_state=seen, to_state=goal, by=by, at=at)
    return item
