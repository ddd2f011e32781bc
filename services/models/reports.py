"""Monthly reports."""

from django.db import models
from django.db.models import Q

from contracts.models import Contract
from documents.models import Snapshot, StoredFile
from tenancy.models import Membership, TenantModel


class MonthlyReport(TenantModel):
    """A contract's report of one month: numbers from the records, words by the agency, frozen when it is submitted."""

    class State(models.TextChoices):
        DRAFT = "draft", "编写中"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "退回"
        ACCEPTED = "accepted", "已接收"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="monthly_reports")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    # Which submission this is; each has a snapshot of its own.
    round = models.PositiveSmallIntegerField("第几次提交", default=0)
    problems = models.TextField("问题与措施", blank=True)
    highlight = models.TextField("典型事例", blank=True)
    next_month = models.TextField("下月计划", blank=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    workbook = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField("退回原因", blank=True)
    due_on = models.DateField("应交日期", null=True)
    # By when a returned report comes again.
    mend_by = models.DateField("修改期限", null=True)
    # Counts the saves of the words: who writes over somebody else's save is told so.
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "month"],
                name="monthlyreport_once",
                violation_error_message="这个月的月报已有",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="monthlyreport_first_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"])
                | Q(snapshot__isnull=False, submitted_at__isnull=False),
                name="monthlyreport_frozen",
                violation_error_message="提交的月报须固定数据",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="monthlyreport_returned_reason",
                violation_error_message="退回须写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y年}{self.month.month}月月报"


class ReportMove(TenantModel):
    """One step of a monthly report."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    # The figures that were handed in, on each submission.
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
