"""How long files are kept, what may not be destroyed yet, and what remains of a destroyed file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household
from tenancy.models import Membership, Move, TenantModel


class RetentionClass(TenantModel):
    """A kind of file and the years that it is kept: tenant data, with the rule it rests on."""

    class Code(models.TextChoices):
        HOUSEHOLD = "household", "家庭档案（没有个案）"
        CASE_FILE = "case_file", "个案档案"
        PROCUREMENT = "procurement", "采购、合同和付款文件"

    code = models.CharField("档案", max_length=20, choices=Code)
    years = models.PositiveSmallIntegerField("保存年数")
    basis = models.CharField("依据", max_length=120)

    class Meta(TenantModel.Meta):
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="retentionclass_code"),
            models.CheckConstraint(
                condition=Q(years__gte=1, years__lte=100),
                name="retentionclass_years",
                violation_error_message="保存年数为 1 至 100",
            ),
            models.CheckConstraint(
                condition=~Q(code="procurement") | Q(years__gte=15),
                name="retentionclass_procurement",
                violation_error_message="采购文件至少保存 15 年（政府采购法第四十二条）",
            ),
        ]

    def __str__(self):
        return self.get_code_display()


class LegalHold(TenantModel):
    """A file that may not be destroyed though its years are over: a dispute, an audit, an open request."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField("原因", max_length=200)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household"],
                condition=Q(lifted_at__isnull=True),
                name="legalhold_once",
                violation_error_message="这一户已暂缓销毁",
            )
        ]


class Erasure(TenantModel):
    """The destruction of one household's file, asked for by one and decided by another; afterwards its tombstone.

    `counts` says how much of what was destroyed, never the values; `paths` are the stored contents to remove.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待批"
        DONE = "done", "已销毁"
        REFUSED = "refused", "不予销毁"
        WITHDRAWN = "withdrawn", "已撤回"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="erasures")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    due_on = models.DateField("保存期满")
    reason = models.CharField("理由", max_length=200)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField("意见", max_length=200, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    paths = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    files_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household"],
                condition=Q(state__in=["proposed", "done"]),
                name="erasure_once",
                violation_error_message="这一户已申请销毁或已销毁",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="erasure_two_people",
                violation_error_message="销毁须由两人办理，不能批准自己的申请",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="erasure_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""),
                name="erasure_refused_reason",
                violation_error_message="不予销毁须写明原因",
            ),
        ]

    def __str__(self):
        return self.household.number


class ErasureMove(Move):
    """One step of an erasure: proposed, approved, refused, withdrawn."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="moves")
    to_state = models.CharField(max_length=10)
