"""Duplicates on the ledger: what was merged into what, and what only looks alike."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household, Person
from contracts.models import Contract
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, TenantModel


def _of_one_kind(prefix, first, second):
    """Both ends are people, or both are households, and they are two."""
    people = {f"{first}_person__isnull": False, f"{second}_person__isnull": False}
    families = {f"{first}_household__isnull": False, f"{second}_household__isnull": False}
    none_of = lambda names: dict.fromkeys(names, True)  # noqa: E731 - the same names, absent
    return [
        models.CheckConstraint(
            condition=Q(**people, **none_of(families)) | Q(**families, **none_of(people)),
            name=f"{prefix}_one_kind",
            violation_error_message="两边须都是人，或都是户",
        ),
        models.CheckConstraint(
            condition=(Q(**{f"{first}_person": None}) | ~Q(**{f"{first}_person": F(f"{second}_person")}))
            & (Q(**{f"{first}_household": None}) | ~Q(**{f"{first}_household": F(f"{second}_household")})),
            name=f"{prefix}_two",
            violation_error_message="两边是同一条",
        ),
    ]


class Merge(TenantModel):
    """Two entries of one person or one household made one: who, when, why, and which rows moved, so that it can be undone."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kept_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    merged_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kept_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    merged_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    taken = ArrayField(models.CharField(max_length=30), default=list)
    # {"app.model.column": [ids]} of the rows that pointed to the merged one and now point to the kept one.
    moved = models.JSONField(default=dict)
    # Rows of both that lay on each other and became one: [{"model", "kept", "was", "became", "gone"}].
    joined = models.JSONField(default=list)
    # {"kept": {field: text}, "merged": {…}} of the two as they were.
    before = SealedTextField("合并前", mask=masks.everything)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_reason = models.CharField("撤销理由", max_length=200, blank=True, default="")
    undone_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-at"]
        constraints = [
            *_of_one_kind("merge", "kept", "merged"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                name="merge_undone_whole",
                violation_error_message="撤销合并须写明理由",
            ),
        ]

    def __str__(self):
        return "合并两户" if self.kept_household_id else "合并两人"

    @property
    def kept(self):
        return self.kept_household or self.kept_person

    @property
    def merged(self):
        return self.merged_household or self.merged_person


class KnownApart(TenantModel):
    """Two that look alike and are not the same: they are not asked about again. The one with the smaller id comes first."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    first_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    second_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    first_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    second_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *_of_one_kind("knownapart", "first", "second"),
            models.UniqueConstraint(
                fields=["tenant", "first_person", "second_person", "first_household", "second_household"],
                nulls_distinct=False,
                name="knownapart_once",
                violation_error_message="这一对已判断过",
            ),
        ]
