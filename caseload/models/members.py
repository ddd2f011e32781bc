"""Who looks after a member of a household, and what of a household or its members was changed."""

from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household, HouseholdPaper, Person
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class Carer(TenantModel):
    """Who cares for a member, or is the guardian, for a time: another member, a person outside the family, or an office."""

    class Role(models.TextChoices):
        GUARDIAN = "guardian", "监护人"
        CARER = "carer", "照料人"
        BOTH = "both", "监护人兼照料人"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="carers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="carers", verbose_name="被照料（监护）人")
    role = models.CharField("身份", max_length=10, choices=Role)
    # Set for a member of the same household, whose name and telephone stand there already.
    member = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cares_for", verbose_name="家庭成员"
    )
    name = SealedTextField("姓名", mask=masks.name)
    phone = SealedTextField("电话", mask=masks.phone)
    relation = models.CharField("与本人关系", max_length=20)
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["from_day", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(name__isnull=False),
                name="carer_has_name",
                violation_error_message="选家庭成员，或写明姓名",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | ~Q(member=F("person")),
                name="carer_is_another",
                violation_error_message="照料人、监护人不能是本人",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="carer_interval",
                violation_error_message="截止日不得早于起始日",
            ),
        ]

    def __str__(self):
        return str(self.member.name if self.member_id else self.name)


class LedgerChange(TenantModel):
    """One value of a household or a member that gave way to another: both sealed, with evidence and reporter (变更登记)."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="changes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    item = models.CharField("变更事项", max_length=30)
    old = SealedTextField("原登记", mask=masks.everything)
    new = SealedTextField("现登记", mask=masks.everything)
    reported_on = models.DateField("变更日期")
    # Who told of the change, and what proves it; both may name people.
    reporter = SealedTextField("报告人", mask=masks.everything)
    evidence = SealedTextField("佐证", mask=masks.everything)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The change form that was filed; none when the value was written over on another page.
    paper = models.ForeignKey(HouseholdPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta(TenantModel.Meta):
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paper__isnull=True) | Q(reporter__isnull=False, evidence__isnull=False),
                name="ledgerchange_is_proved",
                violation_error_message="变更登记须写明报告人和佐证",
            ),
        ]

    def __str__(self):
        return self.item
