"""People in post on either side, and organisations that may read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from contracts.models.agreement import ContractPart
from tenancy.models import Area, Membership, Organisation


class StaffPost(ContractPart):
    """One person in one post for a time, on either side; also decides whose contract it is."""

    class Side(models.TextChoices):
        PURCHASER = "purchaser", "甲方"
        PROVIDER = "provider", "乙方"

    class Kind(models.TextChoices):
        PROJECT = "project", "项目人员"
        ORGANISATION = "organisation", "机构人员"

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    name = models.CharField("姓名", max_length=40)
    # Staff of the project, or of the agency as a whole where a contract asks for that, too.
    kind = models.CharField("类别", max_length=12, choices=Kind, default=Kind.PROJECT)
    post = models.CharField("岗位", max_length=30)
    side = models.CharField("一方", max_length=10, choices=Side)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派驻社区（村）"
    )
    street = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派驻街道（乡镇）"
    )
    # Contracts set limits of age, so it is counted; plain, as the date of a served person is. Shown only to who manages staff.
    born_on = models.DateField("出生日期", null=True, blank=True)
    from_day = models.DateField("到岗")
    to_day = models.DateField("离岗", null=True, blank=True)
    is_verified = models.BooleanField("已核", default=False)
    # full_time, on_site, resident_at, certified, related_diploma, rehired, education, sex … as the contract's fields say.
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Who has agreed to an exception: station_leadership …
    approvals = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta(ContractPart.Meta):
        ordering = ["side", "post", "from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(born_on__lt=F("from_day")),
                name="staffpost_born",
                violation_error_message="出生日期须早于到岗",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="staffpost_interval",
                violation_error_message="离岗不得早于到岗",
            ),
        ]


class ReadGrant(ContractPart):
    """Lets another organisation of the tenant read this contract's service data, without its money."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="grants")
    reason = models.CharField("依据", max_length=200)
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)

    class Meta(ContractPart.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation"],
                name="readgrant_once",
                violation_error_message="该组织已获准查看",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="readgrant_interval",
                violation_error_message="截止日不得早于起始日",
            ),
        ]
