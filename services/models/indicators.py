"""What a contract promises, and the last measurement of it."""

from django.db import models

from contracts.models import Contract
from tenancy.models import TenantModel


class Indicator(TenantModel):
    """One promise of a contract, as data in the indicator vocabulary (services/indicators/)."""

    class Force(models.TextChoices):
        HARD = "hard", "合同指标"
        PLAN = "plan", "计划指标"
        SOFT = "soft", "仅报告"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField("代号", max_length=30)
    title = models.CharField("名称", max_length=80)
    definition = models.JSONField("口径")
    sentence = models.TextField("读法")
    unit = models.CharField("单位", max_length=20, blank=True)
    force = models.CharField("效力", max_length=5, choices=Force, default=Force.HARD)
    clause = models.CharField("条款", max_length=120, blank=True)
    clause_text = models.TextField("原文", blank=True)
    sort = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "code"],
                name="indicator_code",
                violation_error_message="本合同下已有这个指标代号",
            )
        ]

    def __str__(self):
        return self.title


class Measurement(TenantModel):
    """The last stored measurement of a contract's whole table, for portfolio pages."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="measurement")
    as_of = models.DateField()
    measured_at = models.DateTimeField()
    data = models.JSONField()
    digest = models.CharField(max_length=64)
