"""Schemes of evaluation (评分方案) as data, in versions: who scores, on which items, and how the total is made."""

from django.db import models
from django.db.models import Q

from contracts.models import Contract
from tenancy.models import Membership, TenantModel


class Scheme(TenantModel):
    """How one evaluation of a contract is scored; without a contract, a pattern that the tenant keeps for several."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="schemes")
    # The code of the evaluation in the contract file (NC1-E2); "acceptance" for acceptance; empty for a pattern.
    evaluation = models.CharField("考核评估", max_length=30, blank=True)
    code = models.CharField("代号", max_length=40)
    title = models.CharField("名称", max_length=120)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "evaluation"],
                condition=Q(contract__isnull=False),
                name="scheme_one",
                violation_error_message="这项评估已有评分方案",
            ),
            models.UniqueConstraint(
                fields=["tenant", "code"],
                condition=Q(contract__isnull=True),
                name="scheme_code",
                violation_error_message="这个代号已使用",
            ),
            models.CheckConstraint(
                condition=Q(contract__isnull=True, evaluation="") | (Q(contract__isnull=False) & ~Q(evaluation="")),
                name="scheme_evaluation",
            ),
        ]

    def __str__(self):
        return self.title


class SchemeVersion(TenantModel):
    """One version of a scheme. A draft may change; an adopted one never does (0002_seal), so that a score can be worked out again."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        ADOPTED = "adopted", "已采用"

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    # What evaluations.rules.schemes reads: parties, dimensions with their items, grades.
    definition = models.JSONField("方案")
    digest = models.CharField("摘要", max_length=64, blank=True)
    note = models.CharField("修改说明", max_length=400, blank=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["scheme", "-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "scheme", "no"], name="schemeversion_no"),
            models.UniqueConstraint(
                fields=["tenant", "scheme"],
                condition=Q(state="draft"),
                name="schemeversion_one_draft",
                violation_error_message="已有一份草稿，先采用或删去它",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(adopted_at__isnull=False) & ~Q(digest="")),
                name="schemeversion_adopted",
            ),
        ]

    def __str__(self):
        return f"{self.scheme} 第 {self.no} 版"
