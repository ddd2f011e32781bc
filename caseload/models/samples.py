"""Cases drawn for an evaluator, who sees them under a number and never learns whose they are."""

from django.db import models
from django.db.models import F, Q

from caseload.models.cases import Case
from contracts.models import Contract
from tenancy.models import Membership, Organisation, TenantModel


class SampleGrant(TenantModel):
    """The purchaser opens a sample of a contract's cases to an evaluator for a time: whose, what for, how it was drawn."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="sample_grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="评估机构")
    # One person of it, or everybody of it who may see samples.
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评估员"
    )
    purpose = models.CharField("用途", max_length=100)
    from_day = models.DateField("起")
    to_day = models.DateField("止")
    # What the draw was made of and with, so that it can be made again: the seed, and how many cases it was drawn from.
    seed = models.CharField("抽样种子", max_length=40)
    drawn_from = models.PositiveIntegerField("总体")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")),
                name="samplegrant_interval",
                violation_error_message="截止日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False), name="samplegrant_ended_by"
            ),
        ]

    def __str__(self):
        return self.purpose


class SampledCase(TenantModel):
    """One drawn case under its number in the sample; the number says nothing of the case."""

    grant = models.ForeignKey(SampleGrant, on_delete=models.PROTECT, related_name="samples")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("样本号")

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "grant", "number"], name="sampledcase_number"),
            models.UniqueConstraint(fields=["tenant", "grant", "case"], name="sampledcase_once"),
        ]

    def __str__(self):
        return f"样本 {self.number:02d}"
