"""Every write on orders to put something right: ordered, replied with evidence, verified by somebody else, reminded, withdrawn.

Lock order: contract, order.
"""

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from documents.actions import files
from evaluations.actions import proposals
from evaluations.models import Rectification, RectificationMove, RectificationPaper, Reminder
from evaluations.queries import rectification as queries
from evaluations.rules import rectification as rules
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def order(contract, *, issue, demand, due_on, by, at, round=None, clause="", clause_text=""):
    """Order the agency to put something right by a day; the purchaser's act. Returns the Rectification."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if not queries.may_manage(by, contract):
        raise Refused("整改由甲方下达")
    return write_order(
        contract, issue=issue, demand=demand, due_on=due_on, by=by, at=at, round=round, clause=clause, clause_text=clause_text
    )  # fmt: skip


def write_order(contract, *, issue, demand, due_on, by, at, round=None, clause="", clause_text=""):
    """The order itself, where the right to give it is another decision's; the caller holds the contract's row lock."""
    problems = rules.order_problems(
        issue=issue, demand=demand, due_on=due_on, today=clock.day_of(at), is_open_contract=contract.state in ("active", "closed")
    )  # fmt: skip
    if problems:
        raise Refused("没有下达", problems)
    number = (contract.rectifications.aggregate(last=Max("no"))["last"] or 0) + 1
    row = Rectification.objects.create(
        contract=contract, no=number, round=round, issue=issue.strip(), demand=demand.strip(), due_on=due_on,
        ordered_by=by, ordered_at=at, clause=clause[:120], clause_text=clause_text,
    )  # fmt: skip
    _history(row, "order", "", by=by, at=at, due_on=due_on)
    audit.record("rectification.ordered", by=by, at=at, target=row, contract=contract.code, due_on=str(due_on))
    return row


@transaction.atomic
def reply(row, *, reply, by, at, uploads=()):
    """Answer an order for the contract's own agency, with evidence (PDF, docx, photos); late or not, it is taken."""
    row = _locked(row)
    problems = rules.reply_problems(is_own=queries.may_reply(by, row.contract), reply=reply)
    if problems:
        raise Refused("没有提交", problems)
    for upload in uploads:
        _keep(row, upload, "", by=by, at=at)
    _move(
        row, "reply", by=by, at=at, changes={"reply": reply.strip(), "replied_by": by, "replied_at": at}, reason=reply
    )
    audit.record("rectification.replied", by=by, at=at, target=row, papers=len(uploads))
    return row


@transaction.atomic
def add_paper(row, *, upload, title, by, at):
    """Attach a document: the agency's evidence while the order is open, the purchaser's at any time."""
    row = _locked(row)
    if not queries.may_add_paper(by, row):
        raise Refused("补材料由甲方办理；办结以前，乙方也可以补")
    return _keep(row, upload, title, by=by, at=at)


def _keep(row, upload, title, *, by, at):
    stored = files.store(upload, allow={"paper", "image"}, by=by, at=at)
    paper = RectificationPaper.objects.create(
        rectification=row, file=stored, title=title.strip() or stored.name[:80], added_by=by, added_at=at
    )
    audit.record("rectification.paper_added", by=by, at=at, target=row, title=paper.title, sha256=stored.sha256)
    return paper


@transaction.atomic
def verify(row, *, verb, verdict, by, at, due_on=None):
    """Judge a reply: `verb` verify, return (with a reason and a new day) or fail; by another person than the one who replied.

    A day that passed without a reply may be failed, too. What the contract ties to the outcome is proposed, no more.
    """
    row = _locked(row)
    if not queries.may_manage(by, row.contract):
        raise Refused("整改由甲方核验")
    problems = rules.verify_problems(
        verb=verb, state=row.state, is_replier=row.replied_by is not None and row.replied_by.account_id == by.account_id,
        verdict=verdict, due_on=due_on, ordered_due=row.due_on, today=clock.day_of(at),
    )  # fmt: skip
    if problems:
        raise Refused("没有核验", problems)
    changes = {"verdict": verdict.strip()}
    changes |= {"due_on": due_on} if verb == "return" else {"verified_by": by, "verified_at": at}
    _move(row, verb, by=by, at=at, changes=changes, reason=verdict)
    audit.record("rectification.judged", by=by, at=at, target=row, result=row.state, verdict=row.verdict)
    if verb != "return":
        proposals.propose_for_order(row, by=by, at=at)
    return row


@transaction.atomic
def withdraw(row, *, reason, by, at):
    """Take an open order back, with the reason; its number stays, its reminders count no more."""
    row = _locked(row)
    if not queries.may_manage(by, row.contract):
        raise Refused("整改由甲方撤销")
    if not reason.strip():
        raise Refused("撤销须写明理由")
    _move(row, "withdraw", by=by, at=at, reason=reason)
    audit.record("rectification.withdrawn", by=by, at=at, target=row, reason=reason.strip())
    return row


@transaction.atomic
def remind(row, *, words, by, at):
    """Remind the agency of an order that it does not carry out adequately; enough of them propose what the contract says (A-26)."""
    row = _locked(row)
    if not queries.may_manage(by, row.contract):
        raise Refused("提醒由甲方发出")
    problems = rules.remind_problems(state=row.state, due_on=row.due_on, today=clock.day_of(at), words=words)
    if problems:
        raise Refused("没有提醒", problems)
    number = (row.reminders.aggregate(last=Max("no"))["last"] or 0) + 1
    made = Reminder.objects.create(rectification=row, no=number, words=words.strip(), by=by, at=at)
    _history(row, "remind", row.state, by=by, at=at, reason=words)
    audit.record("rectification.reminded", by=by, at=at, target=row, contract=row.contract.code, no=number)
    proposals.propose_for_reminders(row.contract, by=by, at=at)
    return made


# --- one door for each change of state --------------------------------------------------------------------------------
def _locked(row):
    """The order with its contract, both rows locked in the one order."""
    contract = Contract.objects.select_for_update().get(pk=row.contract_id)
    row = Rectification.objects.select_for_update(of=("self",)).select_related("replied_by", "round").get(pk=row.pk)
    row.contract = contract
    return row


def _move(row, verb, *, by, at, changes=None, reason=""):
    """Compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old, changes = row.state, {"state": goal, **(changes or {})}
    if old not in sources or not Rectification.objects.filter(pk=row.pk, state=old).update(**changes):
        raise Conflict
    for name, value in changes.items():
        setattr(row, name, value)
    _history(row, verb, old, by=by, at=at, reason=reason, due_on=changes.get("due_on"))


def _history(row, verb, old, *, by, at, reason="", due_on=None):
    RectificationMove.objects.create(
        rectification=row, verb=verb, from_state=old, to_state=row.state, by=by, at=at, reason=reason.strip()[:400], due_on=due_on
    )  # fmt: skip
