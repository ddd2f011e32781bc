"""What served people agreed to, and when they took it back."""

from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household, Person
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class Consent(TenantModel):
    """One person's (or one family's) agreement to one use, by whom it was given, until it is withdrawn."""

    class Kind(models.TextChoices):
        SERVICE = "service", "接受服务"
        PHOTO = "photo", "拍照和使用照片"
        EVALUATION = "evaluation", "用于评估"
        SHARING = "sharing", "向其他机构提供信息"

    class Giver(models.TextChoices):
        SELF = "self", "本人"
        GUARDIAN = "guardian", "监护人"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    giver = models.CharField("由谁同意", max_length=10, choices=Giver)
    giver_name = SealedTextField("同意人姓名", mask=masks.name)
    given_on = models.DateField("同意日期")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdrawn_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-given_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "person", "kind"],
                condition=Q(withdrawn_on__isnull=True),
                nulls_distinct=False,
                name="consent_once",
                violation_error_message="这一项已登记同意",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on"), withdrawn_by__isnull=False),
                name="consent_withdrawn",
                violation_error_message="撤回日期不得早于同意日期",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
