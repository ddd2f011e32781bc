"""Who or what stands on which list of a contract, and from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from caseload.models.households import Household, Person
from contracts.models import Contract
from tenancy.models import Area, TenantModel


class RegisterEntry(TenantModel):
    """One subject's stay on a list of a contract, an interval of whole days: files, key objects, volunteers, teams, points.

    The register source of the indicator vocabulary: `facts` holds only what can be counted.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="register_entries")
    kind = models.CharField("名册", max_length=40)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries")
    # Set for subjects that are neither household nor person (a team, a volunteer, a rescue point): their label is the subject.
    label = models.CharField("名称", max_length=80, blank=True)
    subject = models.UUIDField(editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=10, default="verified")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="registerentry_interval",
                violation_error_message="截止日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | Q(person__isnull=False) | ~Q(label=""),
                name="registerentry_has_subject",
                violation_error_message="名册上的一行须有户、人或名称",
            ),
            ExclusionConstraint(
                name="registerentry_no_overlap",
                expressions=[
                    ("tenant_id", RangeOperators.EQUAL),
                    ("contract_id", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("subject", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_day",
                            "to_day",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="同一对象在这份名册上的时段重叠",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "kind", "subject", "from_day"], name="registerentry_count")
        ]

    def __str__(self):
        return self.label or self.kind
