"""Who came: sign-in at a group session, an event or a training, and the code that people scan."""

from django.db import models
from django.db.models import F, Q

from caseload.models import GroupMember, Person
from services.models.records import ServiceRecord
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Membership, TenantModel


class SignInCode(TenantModel):
    """A QR code hung up at a session (签到码): whoever scans it while it is open signs in, or says how it was (评价).

    The secret in its address is sealed; it is found again through its blind index.
    """

    class Use(models.TextChoices):
        SIGN_IN = "sign_in", "签到"
        FEEDBACK = "feedback", "评价"

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="sign_in_codes")
    use = models.CharField(max_length=10, choices=Use, default=Use.SIGN_IN)
    secret = SealedTextField("签到码")
    secret_index = BlindIndexField()
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开放")
    closes_at = models.DateTimeField("关闭")

    class Meta(TenantModel.Meta):
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "secret_index"], name="signincode_secret"),
            models.CheckConstraint(
                condition=Q(closes_at__gte=F("opened_at")),
                name="signincode_interval",
                violation_error_message="关闭时间不得早于开放时间",
            ),
        ]


class Attendance(TenantModel):
    """One person who came. A member of the group or somebody from the ledger is linked; nobody has to be."""

    class Way(models.TextChoices):
        LIST = "list", "点名"
        CODE = "code", "扫码"
        HAND = "hand", "补登"

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(
        GroupMember, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="组员"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances")
    name = SealedTextField("姓名", mask=masks.name)
    name_index = BlindIndexField()
    phone = SealedTextField("电话", mask=masks.phone)
    phone_index = BlindIndexField()
    place = models.CharField("社区（村）", max_length=40, blank=True)
    way = models.CharField("方式", max_length=10, choices=Way)
    came_at = models.DateTimeField("签到时间")
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["came_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "record", "name_index", "phone_index"],
                name="attendance_once",
                violation_error_message="已经签到",
            ),
            models.UniqueConstraint(
                fields=["tenant", "record", "member"],
                condition=Q(member__isnull=False),
                name="attendance_member_once",
                violation_error_message="这名组员已经签到",
            ),
        ]

    def __str__(self):
        return str(self.name)
