"""What follows from an evaluation, a spot check or too many reminders: proposed by the contract's rules, decided by a person."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Clause, Contract
from documents.models import StoredFile
from evaluations.models.rounds import Round
from tenancy.models import Membership, Move, TenantModel


class Rectification(TenantModel, Clause):
    """An order to put something right by a day (整改通知), its reminders, the agency's reply and the check of it."""

    class State(models.TextChoices):
        ORDERED = "ordered", "待整改"
        REPLIED = "replied", "待核验"
        RETURNED = "returned", "退回再整改"
        VERIFIED = "verified", "整改合格"
        FAILED = "failed", "整改不合格"
        WITHDRAWN = "withdrawn", "已撤销"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="rectifications")
    no = models.PositiveSmallIntegerField("编号")
    # The round whose result it follows from; a spot check or a breach points here itself.
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="rectifications")
    issue = models.TextField("问题")
    demand = models.TextField("整改要求")
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ORDERED)
    ordered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    reply = models.TextField("整改情况", blank=True)
    replied_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    verdict = models.TextField("核验意见", blank=True)
    verified_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="rectification_no"),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "failed"])
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="rectification_verified",
                violation_error_message="核验须有核验人",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(replied_by__isnull=True) | ~Q(verified_by=F("replied_by")),
                name="rectification_not_own",
                violation_error_message="不能核验自己的整改",
            ),
        ]

    def __str__(self):
        return f"整改通知 {self.no}"


class RectificationMove(Move):
    """One step of an order: ordered, replied, returned, verified, failed, withdrawn, due day moved."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    # The day that this step set: the order itself, and each return.
    due_on = models.DateField(null=True, blank=True)


class RectificationPaper(TenantModel):
    """A document of an order: the notice, the agency's evidence, the check."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="order_papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=80)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at"]


class Reminder(TenantModel):
    """A reminder (提醒) that an order is not carried out adequately; the contract counts them (A-26)."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="reminders")
    no = models.PositiveSmallIntegerField("第几次")
    words = models.TextField("内容")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["tenant", "rectification", "no"], name="reminder_no")]


class Consequence(TenantModel, Clause):
    """One effect that the contract ties to a result, until a person adopts or declines it with a reason; adopted, it is carried out."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待决定"
        ADOPTED = "adopted", "已决定"
        DECLINED = "declined", "不采取"
        LAPSED = "lapsed", "已失效"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="consequences")
    # Out of what it follows: a round's result, or an order (its failure, its reminders).
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences")
    rectification = models.ForeignKey(
        Rectification, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences"
    )
    # A word of contracts.contract_file.shape.EFFECTS; or resume_payment, which ends the stop of payment that `ends` names.
    effect = models.CharField("后果", max_length=20)
    ends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="resumptions")
    title = models.CharField("情形", max_length=160)
    months = models.PositiveSmallIntegerField("月数", null=True, blank=True)
    years = models.PositiveSmallIntegerField("年数", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("决定理由", blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # What it did when it was carried out: the term before and after, the day until which the provider is debarred.
    done = models.JSONField(default=dict, blank=True)
    # A stop of payment ends on a day.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "declined"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="consequence_decided",
                violation_error_message="决定须有决定人和理由",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="consequence_not_own",
                violation_error_message="登记结论的人不能决定后果",
            ),
            models.CheckConstraint(
                condition=~Q(effect="resume_payment") | Q(ends__isnull=False), name="consequence_resumption"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(effect="hold_payment", state="adopted"),
                name="consequence_ended",
                violation_error_message="只有已决定的暂停付款才能恢复",
            ),
        ]

    def __str__(self):
        return self.title


class ConsequenceMove(Move):
    """One step of a consequence: proposed, adopted, declined, lapsed, ended."""

    consequence = models.ForeignKey(Consequence, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
