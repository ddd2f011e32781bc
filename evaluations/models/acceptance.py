"""Acceptance (验收) by an expert group."""

from django.db import models
from django.db.models import Q

from contracts.models import Contract
from documents.models import StoredFile
from evaluations.models.schemes import SchemeVersion
from tenancy.models import Membership, TenantModel


class Acceptance(TenantModel):
    """One round of acceptance (验收): results reviewed by the purchaser's experts (合同第九条)."""

    class State(models.TextChoices):
        REQUESTED = "requested", "已申请"
        SCHEDULED = "scheduled", "待评审"
        CONCLUDED = "concluded", "已出结论"

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        FAILED = "failed", "未通过"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="acceptances")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    state = models.CharField("状态", max_length=10, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    # From the second round on: what was done about each item that an expert found wanting before, {item code: words}.
    rework = models.JSONField("修改情况", default=dict, blank=True)
    # The checklist of the round, fixed when the experts are called; None for a contract that has none.
    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    held_on = models.DateField("评审日期", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    result = models.CharField("结论", max_length=8, choices=Result, blank=True)
    opinion = models.TextField("评审意见", blank=True)
    statement = models.TextField("乙方说明", blank=True)
    rework_until = models.DateField("修改期限", null=True, blank=True)
    concluded_on = models.DateField("结论日期", null=True, blank=True)
    concluded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "round"], name="acceptance_round"),
            models.UniqueConstraint(
                fields=["tenant", "contract"],
                condition=~Q(state="concluded"),
                name="acceptance_one_open",
                violation_error_message="已有一轮验收未出结论",
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded")
                | (~Q(result="") & Q(concluded_on__isnull=False, held_on__isnull=False)),
                name="acceptance_concluded",
                violation_error_message="结论须有评审日期和结果",
            ),
            models.CheckConstraint(
                condition=~Q(result="failed") | Q(rework_until__isnull=False),
                name="acceptance_rework",
                violation_error_message="未通过须写明修改期限",
            ),
        ]

    def __str__(self):
        return f"第 {self.round} 轮验收"


class AcceptanceExpert(TenantModel):
    """One member of the expert group and the signature."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="experts")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField("组长", default=False)
    agrees = models.BooleanField("同意通过", null=True)
    opinion = models.TextField("意见", blank=True)
    # One verdict for each item of the round's checklist: {item code: {"fits": true, "note": "…"}}.
    verdicts = models.JSONField("逐项意见", default=dict, blank=True)
    signed_at = models.DateTimeField("签名时间", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-is_lead", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "acceptance", "membership"], name="acceptanceexpert_once"),
            models.UniqueConstraint(
                fields=["tenant", "acceptance"],
                condition=Q(is_lead=True),
                name="acceptanceexpert_one_lead",
                violation_error_message="评审组只有一名组长",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(agrees__isnull=False),
                name="acceptanceexpert_signed",
                violation_error_message="签名须附意见",
            ),
        ]


class AcceptanceAppeal(TenantModel):
    """What the agency states against the conclusion of a failed round (申述意见), and what the purchaser answers to it."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="appeals")
    words = models.TextField("申述意见")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reply = models.TextField("甲方答复", blank=True)
    replied_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "acceptance"],
                name="acceptanceappeal_once",
                violation_error_message="这一轮的申述意见已提交",
            ),
            models.CheckConstraint(
                condition=~Q(words=""), name="acceptanceappeal_words", violation_error_message="申述意见不能为空"
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_by__isnull=True, replied_at__isnull=True)
                | (~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False)),
                name="acceptanceappeal_reply",
                violation_error_message="答复须有答复人和内容",
            ),
        ]


class AcceptancePaper(TenantModel):
    """A document of the acceptance: minutes, signed sheet, opinion."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="acceptance_papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=80)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at"]


class AcceptanceMove(TenantModel):
    """One step of an acceptance: requested, scheduled, concluded; `detail` keeps what was still open at that moment."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
