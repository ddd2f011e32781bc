"""Files handed over at a contract's end, and what served people ask about their own data."""

from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household
from contracts.models import Contract
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, Move, Organisation, TenantModel


class FileTransfer(TenantModel):
    """The families' files of an ended contract, handed to the bureau or the next agency, with a receipt by both sides."""

    class State(models.TextChoices):
        HANDED = "handed", "待接收"
        RECEIVED = "received", "已接收"
        RETURNED = "returned", "退回补齐"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="file_transfers")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="接收单位")
    state = models.CharField("状态", max_length=10, choices=State, default=State.HANDED)
    households = models.PositiveIntegerField("户数")
    cases = models.PositiveIntegerField("个案数")
    papers = models.PositiveIntegerField("材料数")
    note = models.CharField("说明", max_length=200, blank=True)
    handed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # The agency's last day with the files; from the day after it sees no person of this contract.
    access_until = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-handed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract"],
                condition=Q(state__in=["handed", "received"]),
                name="filetransfer_once",
                violation_error_message="本合同的档案已移交",
            ),
            models.CheckConstraint(
                condition=~Q(state="received")
                | Q(decided_by__isnull=False, decided_at__isnull=False, access_until__isnull=False),
                name="filetransfer_received",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("handed_by")), name="filetransfer_two_people"
            ),
        ]

    def __str__(self):
        return self.contract.short_title


class FileTransferLine(TenantModel):
    """One household's file on the list that was handed over."""

    transfer = models.ForeignKey(FileTransfer, on_delete=models.PROTECT, related_name="lines")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField(default=0)
    papers = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "transfer", "household"], name="transferline_once")]


class FileTransferMove(Move):
    """One step of a transfer: handed, received, returned."""

    transfer = models.ForeignKey(FileTransfer, on_delete=models.PROTECT, related_name="moves")
    to_state = models.CharField(max_length=10)


class RightsRequest(TenantModel):
    """What a served person or a guardian asked about the data kept of them (个人信息保护法 art. 44-50), and the answer."""

    class Kind(models.TextChoices):
        ACCESS = "access", "查阅、复制"
        CORRECTION = "correction", "更正、补充"
        DELETION = "deletion", "删除"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="rights_requests")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    asker = models.CharField(
        "由谁提出", max_length=10, choices=[("self", "本人"), ("guardian", "监护人"), ("kin", "近亲属")]
    )
    words = SealedTextField("要求", mask=masks.everything)
    asked_on = models.DateField("提出日期")
    due_on = models.DateField("答复期限")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer = models.CharField("答复", max_length=200, blank=True)
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["answered_on", "due_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(answered_on__gte=F("asked_on"), answered_by__isnull=False) & ~Q(answer=""),
                name="rightsrequest_answered",
                violation_error_message="答复须有日期和内容",
            )
        ]
