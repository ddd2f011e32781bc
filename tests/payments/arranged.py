"""A contract with 70/30 milestones whose conditions the tests bring about through the actions themselves."""

from datetime import date
from decimal import Decimal as D
from uuid import uuid4

from caseload.models import Group
from contracts.models import Contract, PaymentTerm, RequiredDocument, StaffPost
from evaluations.actions import acceptance as evaluations
from payments.actions import invoices, open_milestones, payment, requests
from services.models import Deliverable, Indicator
from tests.cast import at

TWO_GROUPS_EACH = {
    "of": "group",
    "gate": {"members": {"le": 10}, "papers": ["summary"]},
    "target": {"ge": 6},
    "areas": {"ge": 2},
}


def terms(contract, *rows):
    """Payment terms from (title, share, triggers, due_from) rows."""
    return [
        PaymentTerm.objects.create(
            contract=contract,
            no=no,
            title=title,
            share=D(share),
            triggers=triggers,
            due_from=due_from,
            due_within=10,
            invoice="with",
            clause=f"第五条第二款第{no}项",
        )
        for no, (title, share, triggers, due_from) in enumerate(rows, 1)
    ]


def seventy_thirty(contract, by, moment="2024-01-02 09:00"):
    """The two milestones of the Mentougou kind, for a contract of any amount."""
    terms(
        contract,
        ("首付款", "0.7", ["contract_signed"], "contract_signed"),
        ("尾款", "0.3", ["documents_delivered", "acceptance_passed"], "acceptance_passed"),
    )
    RequiredDocument.objects.get_or_create(
        contract=contract,
        kind="closing_report",
        defaults={"title": "结项报告", "is_result": True, "clause": "附件2 二（四）"},
    )
    return open_milestones(contract, by=by, at=at(moment))


def invoiced(milestone, by, *, number="24110000000000000001", moment="2024-01-03 09:00", **changes):
    """An electronic invoice that is right in every respect, but for `changes`."""
    contract = milestone.contract
    values = {
        "number": number,
        "amount": milestone.amount,
        "issued_on": date.fromisoformat(moment[:10]),
        "seller": contract.provider.name,
        "buyer": contract.purchaser.name,
    }
    return invoices.register_invoice(milestone, **values | changes, by=by, at=at(moment))


def delivered(contract, by, decided_by, moment="2024-12-02 09:00"):
    """The closing report, delivered and accepted."""
    return Deliverable.objects.create(
        contract=contract,
        kind="closing_report",
        title="结项报告",
        delivered_on=date.fromisoformat(moment[:10]),
        state="accepted",
        delivered_by=by,
        decided_by=decided_by,
        decided_at=at(moment),
        created_at=at(moment),
    )


def accepted(cast, contract, moment="2024-12-06"):
    """Acceptance asked for, reviewed by the cast's expert, and passed on the day."""
    asked = evaluations.request_acceptance(
        contract, statement="说明", by=cast.agency_manager, at=at("2024-12-03 09:00")
    )
    evaluations.schedule(
        asked,
        held_on=date.fromisoformat(moment),
        place="",
        experts=[cast.expert],
        lead=cast.expert,
        by=cast.contract_manager,
        at=at("2024-12-03 10:00"),
    )
    evaluations.sign(asked, agrees=True, opinion="", by=cast.expert, at=at(f"{moment} 10:00"))
    return evaluations.conclude(
        asked, result="passed", opinion="", rework_until=None, by=cast.contract_manager, at=at(f"{moment} 11:00")
    )


STEPS = [
    ("contract_manager", requests.check_request),
    ("section_chief", requests.review_request),
    ("bureau_leader", requests.approve_request),
]


def advanced(cast, milestone, *, until="approved", moment="2024-01-04 10:00"):
    """A request of the agency manager brought to the state `until`, each step by its own person."""
    request = requests.submit_request(milestone, by=cast.agency_manager, at=at(moment))
    for role, step in STEPS:
        if request.state == until:
            return request
        request = step(request, by=cast.members[role], at=at(moment))
    return request


def paid(cast, request, *, voucher="银付-0001", moment="2024-01-05 10:00", by=None, token=None):
    return payment.pay(
        request,
        voucher=voucher,
        paid_on=date.fromisoformat(moment[:10]),
        token=token or uuid4(),
        by=by or cast.bureau_finance,
        at=at(moment),
    )


def first_paid(cast, first):
    """The first milestone from invoice to money."""
    invoiced(first, cast.agency_finance)
    return paid(cast, advanced(cast, first))


def group_indicator(contract, code="QH-11"):
    """专业小组，每街镇 ≥ 2 个, as the Mentougou lot writes it."""
    return Indicator.objects.create(
        contract=contract, code=code, title="专业小组", unit="个", force="hard", clause="附件1 第4项", sentence="每街镇不少于 2 个专业小组",
        definition=TWO_GROUPS_EACH,
    )  # fmt: skip


def groups(cast, numbers):
    """Groups that count, so many in each subdistrict: {"柳林街道": 2, …}."""
    for street, number in numbers.items():
        for place in range(number):
            Group.objects.create(
                contract=cast.contract, title=f"{street}小组{Group.objects.count()}", area=next(area for area in cast.communities.values() if area.street.name == street),
                street=cast.streets[street], leader=cast.social_worker, state="closed", members=8, first_session_on=date(2024, 6, 3 + place), papers=["summary"], created_at=at(),
            )  # fmt: skip


def posted(contract, member, post):
    return StaffPost.objects.create(
        contract=contract, membership=member, name=str(member), post=post, side="purchaser", from_day=date(2024, 1, 2)
    )


def another_contract(cast, code, amount="100.00"):
    """A further active contract of the cast's agency."""
    source = cast.contract
    return Contract.objects.create(
        code=code, title=f"合同{code}", short_title=code, purchaser=source.purchaser, provider=source.provider, amount=D(amount),
        signed_on=source.signed_on, starts_on=source.starts_on, ends_on=source.ends_on, state="active",
    )  # fmt: skip
