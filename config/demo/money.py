"""Invoices, payment requests and acceptance, each act by the person whose it is."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from config.demo.papers import form, upload
from evaluations.actions import acceptance as acceptances
from evaluations.models import Acceptance
from evaluations.queries.checklist import items_of
from payments import queries
from payments.actions import invoices, payment, requests
from payments.models import Milestone, PaymentRequest
from payments.rules.flow import drafted_reason


def milestone(stage, no):
    """One of the contract's milestones as it is now."""
    return Milestone.objects.select_related("contract__provider", "contract__purchaser", "term").get(
        contract=stage.contract, no=no
    )


def current_request(stage, no):
    """The newest request of a milestone."""
    return PaymentRequest.objects.filter(milestone__contract=stage.contract, milestone__no=no).latest("round")


def invoice(stage, no, number, day, time="15:10"):
    """The agency's finance registers an invoice of equal amount, with its scan."""
    stage.later(_invoice, day, time, stage=stage, no=no, number=number, signed_by=stage.finance)


def _invoice(stage, no, number, *, at):
    due = milestone(stage, no)
    lines = [
        ("购买方", stage.contract.purchaser.name),
        ("销售方", stage.contract.provider.name),
        ("价税合计", f"{due.amount:,} 元"),
        ("发票号码", number),
    ]
    scan = upload(f"发票{number}.pdf", form("增值税电子普通发票（示例）", lines, number), "application/pdf")
    invoices.register_invoice(
        due,
        number=number,
        amount=due.amount,
        issued_on=at.date(),
        seller=stage.contract.provider.name,
        buyer=stage.contract.purchaser.name,
        upload=scan,
        by=stage.finance,
        at=at,
    )


def ask(stage, no, day, time="16:05"):
    """The agency's manager asks for a milestone's money."""
    stage.later(_ask, day, time, stage=stage, no=no, signed_by=stage.manager)


def _ask(stage, no, *, at):
    requests.submit_request(milestone(stage, no), by=stage.manager, at=at)


STEPS = {
    "check": ("handler", requests.check_request),
    "review": ("chief", requests.review_request),
    "approve": ("leader", requests.approve_request),
}


def decide(stage, no, verb, day, time):
    """One of the bureau's three decisions."""
    stage.later(_decide, day, time, stage=stage, no=no, verb=verb, signed_by=getattr(stage, STEPS[verb][0]))


def _decide(stage, no, verb, *, at):
    role, act = STEPS[verb]
    act(current_request(stage, no), by=getattr(stage, role), at=at)


def send_back(stage, no, day, time, correct_by):
    """The handler returns the request with the reasons that the check drafted."""
    stage.later(_send_back, day, time, stage=stage, no=no, correct_by=correct_by, signed_by=stage.handler)


def _send_back(stage, no, correct_by, *, at):
    gaps = queries.check_milestone(milestone(stage, no), on=at.date()).gaps
    requests.return_request(
        current_request(stage, no), reason=drafted_reason(gaps)[:900], correct_by=correct_by, by=stage.handler, at=at
    )


def pay(stage, no, voucher, day, time="10:20"):
    """The bureau's finance records the payment."""
    stage.later(_pay, day, time, stage=stage, no=no, voucher=voucher, signed_by=stage.payer)


def _pay(stage, no, voucher, *, at):
    token = uuid5(NAMESPACE_OID, f"{stage.contract.pk}{no}")
    payment.pay(current_request(stage, no), voucher=voucher, paid_on=at.date(), token=token, by=stage.payer, at=at)


def pay_first(stage, days, number, voucher):
    """The first milestone from invoice to money, on six days."""
    invoice(stage, 1, number, days[0])
    ask(stage, 1, days[1])
    for verb, day, time in (("check", days[2], "10:10"), ("review", days[3], "11:00"), ("approve", days[4], "15:30")):
        decide(stage, 1, verb, day, time)
    pay(stage, 1, voucher, days[5])


# --- acceptance -------------------------------------------------------------------------------------------------------
def accept(stage, asked_on, held_on, experts, *, statement="工作已全部完成，成果已提交。", concluded=True):
    """Acceptance from request to conclusion: the experts sign on the day of the review, the bureau concludes."""
    stage.later(_request_acceptance, asked_on, "10:00", stage=stage, statement=statement)
    stage.later(_schedule, asked_on, "16:00", stage=stage, held_on=held_on, experts=experts)
    if concluded:
        for place, expert in enumerate(experts):
            stage.later(_sign, held_on, f"11:{10 + place * 5}", stage=stage, expert=expert, signed_by=expert)
        stage.later(_conclude, held_on, "16:30", stage=stage)


def _round(stage):
    return Acceptance.objects.filter(contract=stage.contract).latest("round")


def _request_acceptance(stage, statement, *, at):
    acceptances.request_acceptance(stage.contract, statement=statement, by=stage.manager, at=at)


def _schedule(stage, held_on, experts, *, at):
    acceptances.schedule(
        _round(stage),
        held_on=held_on,
        place="区民政局三层会议室",
        experts=experts,
        lead=experts[0],
        by=stage.handler,
        at=at,
    )


def _sign(stage, expert, *, at):
    review = _round(stage)
    verdicts = {item.code: {"fits": True} for item in items_of(review)}
    opinion = "资料齐全，抽查个案与记录相符，同意通过。"
    acceptances.sign(review, agrees=True, opinion=opinion, verdicts=verdicts, by=expert, at=at)


def _conclude(stage, *, at):
    review = _round(stage)
    lines = [
        ("合同", stage.contract.short_title),
        ("评审日期", f"{at.date()}"),
        ("结论", "通过"),
        ("专家签名", "见签名页"),
    ]
    acceptances.add_paper(
        review,
        upload=upload("验收意见.pdf", form("专家评审组验收意见", lines), "application/pdf"),
        title="专家评审组验收意见（签名页）",
        by=stage.handler,
        at=at,
    )
    acceptances.conclude(
        review,
        result="passed",
        opinion="服务数量、质量和成果符合合同约定。",
        rework_until=None,
        by=stage.handler,
        at=at + timedelta(minutes=5),
    )
