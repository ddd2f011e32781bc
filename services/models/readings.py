"""How indicators are read: every version of a reading, and what both sides of the contract say of it."""

from django.db import models
from django.db.models import Q

from contracts.models import Amendment, StaffPost
from services.models.indicators import Indicator
from tenancy.models import Membership, TenantModel


class IndicatorVersion(TenantModel):
    """One reading of an indicator as it stood: kept, so that what was confirmed and measured can be read again."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=80)
    definition = models.JSONField("口径")
    sentence = models.TextField("读法")
    # The sentence with its conditions in a fixed order, by which a new reading is known: JSON in the database keeps none.
    told = models.TextField("读法（定序）")
    unit = models.CharField("单位", max_length=20, blank=True)
    force = models.CharField("效力", max_length=5, choices=Indicator.Force)
    # The day from which an amendment made it hold; empty for what the contract said from the start.
    valid_from = models.DateField("自", null=True, blank=True)
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="versions")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("写下时间")

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "indicator", "number"], name="indicatorversion_number")
        ]

    def __str__(self):
        return f"{self.title} 第 {self.number} 版"


class Confirmation(TenantModel):
    """What one side of the contract says of one version of a reading: that it is what was agreed, or why not."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", "已确认"
        OBJECTED = "objected", "有异议"

    version = models.ForeignKey(IndicatorVersion, on_delete=models.CASCADE, related_name="confirmations")
    side = models.CharField("一方", max_length=10, choices=StaffPost.Side)
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    note = models.CharField("异议", max_length=400, blank=True, default="")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta(TenantModel.Meta):
        ordering = ["side"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "version", "side"], name="confirmation_once"),
            models.CheckConstraint(
                condition=~Q(verdict="objected") | ~Q(note=""),
                name="confirmation_objection",
                violation_error_message="写明异议",
            ),
        ]
