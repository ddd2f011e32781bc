"""Pairs of records that look like one, and were found to be two."""

from django.db import models
from django.db.models import F, Q

from services.models.records import ServiceRecord
from tenancy.models import Membership, TenantModel


class ClearedDuplicate(TenantModel):
    """Somebody looked at two records that seemed to be one, and says why they are not: the pair isn't shown again."""

    class Sign(models.TextChoices):
        WORKER = "worker", "同一人同时在两处"
        PHOTO = "photo", "同一张照片"
        SUBJECT = "subject", "同一对象同时两次"

    sign = models.CharField("疑点", max_length=10, choices=Sign)
    # The pair has one order, so that it can be cleared once only.
    first = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField("理由", max_length=400)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "first", "second", "sign"],
                name="clearedduplicate_once",
                violation_error_message="这一对已有结论",
            ),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="clearedduplicate_order"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="clearedduplicate_reason", violation_error_message="写明理由"
            ),
        ]

    def __str__(self):
        return f"不是重复：{self.get_sign_display()}"
