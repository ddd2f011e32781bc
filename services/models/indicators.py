"""What a contract promises, and the last measurement of it."""

from django.db import models
from django.db.models import F, Q

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
    # How often something that counts has changed (a trigger adds, see 0002_seal), and how often it had when this was measured.
    changes = models.BigIntegerField(default=0, editable=False)
    measured_changes = models.BigIntegerField(default=0, editable=False)
    # The measurement that was tried last and didn't succeed, if none has since.
    failed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant"], condition=~Q(changes=F("measured_changes")), name="measurement_changed")
        ]

    def is_stale(self, on):
        """Whether the numbers may not be those of the day: something has changed since, the day is another, or it failed."""
        return self.changes != self.measured_changes or self.as_of < on or self.failed_at is not None
