"""What the purchaser asks of the agency under the contract: a question in writing, or a call to a place."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Clause, Contract
from documents.models import StoredFile
from services.models import Clock
from tenancy.models import Membership, Move, TenantModel


class Inquiry(TenantModel, Clause):
    """A question (质疑) that is answered within working days, or a notice (问题通知) with hours to reply and to be there."""

    class Kind(models.TextChoices):
        QUESTION = "question", "书面质疑"
        NOTICE = "notice", "现场问题通知"

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ANSWERED = "answered", "已答复"
        CLOSED = "closed", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="inquiries")
    no = models.PositiveSmallIntegerField("编号")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    title = models.CharField("事项", max_length=80)
    words = models.TextField("内容")
    place = models.CharField("指定现场", max_length=80, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    # The last asking: it may be asked again.
    times = models.PositiveSmallIntegerField("第几次", default=1)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("发出时间")
    # Either a last day (working days) or a last moment (hours).
    due_on = models.DateField("答复期限", null=True, blank=True)
    reply_by = models.DateTimeField("回应时限", null=True, blank=True)
    arrive_by = models.DateTimeField("到场时限", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField("到场时间", null=True, blank=True)
    arrived_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    # What the contract's indicators count.
    reply_clock = models.ForeignKey(Clock, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    arrival_clock = models.ForeignKey(Clock, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="inquiry_no"),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="inquiry_answered",
                violation_error_message="答复须写明内容",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False, reply_by__isnull=True)
                | Q(due_on__isnull=True, reply_by__isnull=False),
                name="inquiry_due",
                violation_error_message="答复须有期限",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(arrived_at__gte=F("asked_at")) | Q(times__gt=1),
                name="inquiry_arrived",
                violation_error_message="到场时间不得早于通知",
            ),
        ]

    def __str__(self):
        return self.title


class InquiryMove(Move):
    """One step of an inquiry with the words that were said and the limit that then ran."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="moves")
    words = models.TextField(blank=True)
    late = models.CharField("迟", max_length=40, blank=True)


class InquiryPaper(TenantModel):
    """A document that either side puts to an inquiry."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=80)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
