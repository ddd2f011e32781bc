"""Spot checks (平时考核): what the purchaser's people looked at, drawn by lot or on the spot, and whether it agrees."""

from django.db import models
from django.db.models import Q

from caseload.models import Case
from contracts.models import Contract
from evaluations.models.consequences import Rectification
from services.models import ServiceRecord
from tenancy.models import Membership, Move, TenantModel


class SpotCheck(TenantModel):
    """One check of what was recorded against what is; sealed when it is closed (0002_seal)."""

    class State(models.TextChoices):
        OPEN = "open", "抽查中"
        CLOSED = "closed", "已办结"

    class Source(models.TextChoices):
        RECORDS = "records", "已核服务记录"
        CASES = "cases", "个案"
        NONE = "none", "不抽签"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="spot_checks")
    no = models.PositiveSmallIntegerField("编号")
    held_on = models.DateField("抽查日期")
    team = models.CharField("抽查人员", max_length=120)
    about = models.CharField("抽查内容", max_length=200, blank=True)
    source = models.CharField("抽签范围", max_length=8, choices=Source, default=Source.RECORDS)
    # The draw again: the same seed over the same rows gives the same lines.
    seed = models.CharField("随机种子", max_length=32, blank=True)
    drawn_from = models.PositiveIntegerField("抽签总数", default=0)
    state = models.CharField("状态", max_length=6, choices=State, default=State.OPEN)
    opinion = models.TextField("抽查结论", blank=True)
    order = models.ForeignKey(
        Rectification, on_delete=models.PROTECT, null=True, blank=True, related_name="spot_checks"
    )
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="spotcheck_no"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(opinion="")),
                name="spotcheck_closed",
                violation_error_message="办结须写明抽查结论",
            ),
            models.CheckConstraint(condition=Q(source="none") | ~Q(seed=""), name="spotcheck_seed"),
        ]

    def __str__(self):
        return f"第 {self.no} 次平时考核"


class SpotCheckMove(Move):
    """One step of a check: opened, closed."""

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="moves")


class SpotCheckLine(TenantModel):
    """One thing that was looked at: a record or case that was drawn, a place, or an indicator beside what was found."""

    class Kind(models.TextChoices):
        RECORD = "record", "服务记录"
        CASE = "case", "个案"
        PLACE = "place", "现场"
        INDICATOR = "indicator", "指标"

    class Result(models.TextChoices):
        AGREES = "agrees", "相符"
        DIFFERS = "differs", "不符"

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="lines")
    no = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Numbers and kinds, never a name: every party of the contract reads it.
    title = models.CharField("抽查对象", max_length=120)
    told = models.CharField("系统所载", max_length=200, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result, blank=True)
    finding = models.TextField("实际情况", blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "spot_check", "no"], name="spotcheckline_no"),
            models.CheckConstraint(
                condition=~Q(result="differs") | ~Q(finding=""),
                name="spotcheckline_finding",
                violation_error_message="不符须写明实际情况",
            ),
            models.CheckConstraint(
                condition=(Q(kind="record") & Q(record__isnull=False, case__isnull=True))
                | (Q(kind="case") & Q(record__isnull=True, case__isnull=False))
                | Q(kind__in=["place", "indicator"], record__isnull=True, case__isnull=True),
                name="spotcheckline_subject",
            ),
        ]

    def __str__(self):
        return self.title
