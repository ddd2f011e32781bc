"""What proves a record of a rescue station beside uploaded files: a form of the resident's own file."""

from django.db import models

from caseload.models import StayPaper
from services.models.records import ServiceRecord
from tenancy.models import TenantModel


class RecordForm(TenantModel):
    """A form that was filled in the system and proves a record, as an uploaded picture of it would."""

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="forms")
    paper = models.ForeignKey(StayPaper, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("材料", max_length=40)
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "record", "paper", "kind"], name="recordform_once"),
        ]
