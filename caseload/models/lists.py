"""Uploaded lists of households."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Contract
from documents.models import StoredFile
from tenancy.models import Membership, TenantModel


class LedgerImport(TenantModel):
    """An uploaded list of households: read, checked row by row, shown, and taken over once."""

    class State(models.TextChoices):
        NAMING = "naming", "待对应列"
        CHECKED = "checked", "待确认"
        TAKEN = "taken", "已导入"
        DROPPED = "dropped", "已放弃"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    # Row number and messages only, never the values: [{"row": 7, "column": "D", "field": "身份证号", "message": "…"}]
    faults = models.JSONField(default=list)
    households_good = models.PositiveIntegerField(default=0)
    # Which column its headers mean where people had to say so: {header: column, "" for one that is left out}.
    columns = models.JSONField(default=dict, blank=True)
    rows_known = models.PositiveIntegerField(default=0)
    # Families of which the ledger holds a part, for people to decide: row numbers and household numbers, never the values.
    asked = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_total__gte=F("rows_good") + F("rows_known")), name="ledgerimport_counts"
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_at__isnull=False),
                name="ledgerimport_taken_at",
                violation_error_message="已导入须有时间",
            ),
        ]
