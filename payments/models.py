"""What is paid: milestones, explained checks, requests with their approvals, invoices, payments, the ledger."""

from django.db import models
from django.db.models import Q

from contracts.models import Contract, PaymentTerm
from documents.models import Snapshot, StoredFile
from tenancy.models import Membership, TenantModel


class Milestone(TenantModel):
    """One instalment of a contract, and whether it has been paid."""

    class State(models.TextChoices):
        OPEN = "open", "未付"
        PAID = "paid", "已付"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    term = models.OneToOneField(PaymentTerm, on_delete=models.PROTECT, related_name="milestone")
    no = models.PositiveSmallIntegerField("期次")
    title = models.CharField("名称", max_length=60)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)

    class Meta(TenantModel.Meta):
        ordering = ["contract_id", "no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="milestone_no"),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="milestone_amount", violation_error_message="节点金额须大于 0"
            ),
        ]

    def __str__(self):
        return self.title


class EligibilityCheck(TenantModel):
    """The last explained check of a milestone; decisions freeze one of their own."""

    milestone = models.OneToOneField(Milestone, on_delete=models.CASCADE, related_name="last_check")
    as_of = models.DateField()
    checked_at = models.DateTimeField()
    result = models.CharField(max_length=8)
    conditions = models.JSONField()
    digest = models.CharField(max_length=64)


class PaymentRequest(TenantModel):
    """The agency's request for a milestone and its way through the bureau."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待核验"
        CHECKED = "checked", "待审核"
        REVIEWED = "reviewed", "待批准"
        APPROVED = "approved", "待付款"
        PAID = "paid", "已付"
        RETURNED = "returned", "退回"
        WITHDRAWN = "withdrawn", "撤回"

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="requests")
    round = models.PositiveSmallIntegerField("第几次申请", default=1)
    state = models.CharField("状态", max_length=10, choices=State, default=State.SUBMITTED)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    # Which pass through the approvals this is: a changed check voids what was decided and begins the next pass.
    run = models.PositiveSmallIntegerField("第几遍", default=1)
    # The frozen check that the approvals rest on; another digest voids them.
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    # Since when it has been in the present hands.
    handed_on = models.DateField()
    return_reason = models.TextField("退回原因", blank=True)
    correct_by = models.DateField("补正期限", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "milestone", "round"], name="paymentrequest_round"),
            models.UniqueConstraint(
                fields=["tenant", "milestone"],
                condition=~Q(state__in=["returned", "withdrawn"]),
                name="paymentrequest_one_open",
                violation_error_message="这一期已有申请在办",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="paymentrequest_reason",
                violation_error_message="退回须写明原因",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(correct_by__isnull=False),
                name="paymentrequest_correct_by",
                violation_error_message="退回须写明补正期限",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="paymentrequest_amount"),
        ]

    def __str__(self):
        return f"{self.milestone}申请（第 {self.round} 次）"


class RequestMove(TenantModel):
    """One step of a request, append-only: who moved it from where to where, why, and on which frozen check."""

    request = models.ForeignKey(PaymentRequest, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]


class Approval(TenantModel):
    """One decision on a request, append-only. A trigger refuses the submitter, another's account, and a step out of order."""

    request = models.ForeignKey(PaymentRequest, on_delete=models.PROTECT, related_name="approvals")
    run = models.PositiveSmallIntegerField("第几遍", default=1)
    step = models.CharField("环节", max_length=10)
    decision = models.CharField("决定", max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("tenancy.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField("意见", blank=True)
    digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "request", "run", "step"],
                name="approval_step",
                violation_error_message="这一环节已有决定",
            ),
            models.UniqueConstraint(
                fields=["tenant", "request", "run", "account"],
                name="approval_person",
                violation_error_message="经办、审核、批准、付款须为不同的人",
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(reason=""),
                name="approval_reason",
                violation_error_message="退回须写明原因",
            ),
        ]


class Invoice(TenantModel):
    """An invoice of the provider for a milestone."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField("发票号码", max_length=30)
    # Only invoices of the older kind have one; the 20 digits of an electronic invoice stand alone.
    code = models.CharField("发票代码", max_length=12, blank=True)
    amount = models.DecimalField("价税合计", max_digits=14, decimal_places=2)
    issued_on = models.DateField("开票日期")
    seller = models.CharField("销售方", max_length=100)
    buyer = models.CharField("购买方", max_length=100)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    registered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code", "number"],
                condition=Q(voided_at__isnull=True),
                name="invoice_number",
                violation_error_message="这张发票已登记",
            ),
            models.UniqueConstraint(
                fields=["tenant", "milestone"],
                condition=Q(voided_at__isnull=True),
                name="invoice_one",
                violation_error_message="这一期已登记发票",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="invoice_amount", violation_error_message="发票金额须大于 0"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="invoice_void_reason",
                violation_error_message="作废须写明原因",
            ),
        ]

    def __str__(self):
        return self.number


class Payment(TenantModel):
    """Money that left: once for a milestone, append-only."""

    milestone = models.OneToOneField(Milestone, on_delete=models.PROTECT, related_name="payment")
    request = models.OneToOneField(PaymentRequest, on_delete=models.PROTECT, related_name="payment")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    paid_on = models.DateField("付款日期")
    voucher = models.CharField("凭证号", max_length=40)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Comes from the form: the same form sent twice answers twice and pays once.
    token = models.UUIDField(editable=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "token"], name="payment_token"),
            models.UniqueConstraint(
                fields=["tenant", "voucher"], name="payment_voucher", violation_error_message="这个凭证号已登记"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount"),
        ]


class LedgerEntry(TenantModel):
    """A line of the contract's money account, append-only; the balance is what is left of the contract's amount."""

    class Kind(models.TextChoices):
        COMMITMENT = "commitment", "合同价款"
        PAYMENT = "payment", "付款"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="ledger")
    no = models.PositiveIntegerField("序号")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    day = models.DateField("日期")
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    balance = models.DecimalField("未付余额", max_digits=14, decimal_places=2)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="entry")
    note = models.CharField("摘要", max_length=120)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["contract_id", "no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="ledgerentry_no"),
            models.CheckConstraint(
                condition=Q(balance__gte=0),
                name="ledgerentry_balance",
                violation_error_message="付款累计不得超过合同价款",
            ),
            models.CheckConstraint(
                condition=~Q(kind="payment") | Q(payment__isnull=False, amount__lt=0), name="ledgerentry_payment"
            ),
        ]
