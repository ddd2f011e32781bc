"""Requests to open one value of a child, and what a supervisor decided on them."""

from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household, Person
from tenancy.models import Membership, Move, Organisation, TenantModel


class DisclosureRequest(TenantModel):
    """Somebody asks to open one field of one child (未成年人网络保护条例 art. 36): for what, who decides, until when it holds.

    A value is opened once on an approval. `person` is empty when the value is the household's own (住址、备注、台账内容).
    """

    class State(models.TextChoices):
        ASKED = "asked", "待批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "不予批准"
        WITHDRAWN = "withdrawn", "已撤回"
        USED = "used", "已查看"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="disclosures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="disclosures")
    field = models.CharField("查看项", max_length=20)
    purpose = models.CharField("用途", max_length=60)
    reason = models.CharField("理由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    # Whose supervisors decide: the asker's own organisation, or the bureau for a street's office.
    decider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField("意见", max_length=200, blank=True)
    valid_until = models.DateTimeField("有效至", null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "person", "field", "asked_by"],
                condition=Q(state="asked"),
                nulls_distinct=False,
                name="disclosure_once",
                violation_error_message="这一项已在申请，等主管批准",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="disclosure_not_own",
                violation_error_message="不能批准自己的申请",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "used"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, valid_until__gt=F("decided_at")),
                name="disclosure_approved",
                violation_error_message="批准须有批准人和有效期",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(decided_by__isnull=False) & ~Q(decision=""),
                name="disclosure_refused_reason",
                violation_error_message="不予批准须写明原因",
            ),
            models.CheckConstraint(
                condition=~Q(state="used") | Q(used_at__isnull=False, used_at__lte=F("valid_until")),
                name="disclosure_used_in_time",
                violation_error_message="批准已过期，须重新申请",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "decider", "state", "asked_at"], name="disclosure_inbox")]

    def __str__(self):
        return self.household.number


class DisclosureMove(Move):
    """One step of a request: asked, approved, refused, withdrawn, used."""

    request = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
