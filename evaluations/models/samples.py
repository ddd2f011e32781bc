"""The sample of a round: files drawn by lot, seen under numbers by those who score, each opening kept."""

from django.db import models
from django.db.models import Q

from caseload.models import Case, Group
from documents.models import Snapshot
from evaluations.models.rounds import Round, Scorer
from services.models import ServiceRecord
from tenancy.models import Membership, TenantModel


class RoundSample(TenantModel):
    """One draw of a round: the seed, the rule and the pool that it was made of and with, so that it can be made again.

    Before scoring begins it may be drawn anew; the old draw stays, replaced.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="draws")
    seed = models.CharField("抽样种子", max_length=40)
    rule = models.CharField("抽样规则", max_length=20)
    asked = models.PositiveSmallIntegerField("抽取份数")
    # {stratum: [ids]} of every file that could have been drawn, frozen at the draw.
    pool = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    pool_size = models.PositiveIntegerField("总体")
    cutoff_on = models.DateField("事实截至")
    drawn_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField("抽样时间")
    is_replaced = models.BooleanField("已重抽", default=False)
    # Why it was drawn anew, on the draw that replaced another.
    reason = models.CharField("重抽原因", max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-drawn_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "round"],
                condition=Q(is_replaced=False),
                name="roundsample_one",
                violation_error_message="这一轮已抽取样本",
            ),
        ]

    def __str__(self):
        return f"抽样 {self.seed}"


class SampledFile(TenantModel):
    """One drawn file under its number; the number says nothing of the file."""

    draw = models.ForeignKey(RoundSample, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField("样本号")
    # case, group, or the kind of a record.
    kind = models.CharField("类型", max_length=40)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "draw", "number"], name="sampledfile_number"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, group__isnull=True, record__isnull=True)
                | Q(case__isnull=True, group__isnull=False, record__isnull=True)
                | Q(case__isnull=True, group__isnull=True, record__isnull=False),
                name="sampledfile_one_file",
            ),
        ]

    def __str__(self):
        return f"S-{self.number:02d}"


class SampleReading(TenantModel):
    """One scorer's reading of one sample: since when it is read, how often it was opened, and what was found wrong with it."""

    sample = models.ForeignKey(SampledFile, on_delete=models.PROTECT, related_name="readings")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="readings")
    first_at = models.DateTimeField("首次打开")
    last_at = models.DateTimeField("最近打开")
    times = models.PositiveIntegerField("次数", default=0)
    has_problem = models.BooleanField("有问题", default=False)
    note = models.CharField("问题", max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sample", "scorer"], name="samplereading_once"),
            models.CheckConstraint(
                condition=Q(has_problem=False) | ~Q(note=""),
                name="samplereading_problem",
                violation_error_message="有问题的须写明问题",
            ),
        ]

    def __str__(self):
        return f"{self.sample}"
