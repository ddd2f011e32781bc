"""What should not happen: accidents, complaints, hazards. The incident source of the indicator vocabulary."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models import Person
from contracts.models import Contract
from documents.models import StoredFile
from services.models.records import facts_fit
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, Move, TenantModel


class Incident(TenantModel):
    """One accident, complaint or hazard; it counts once it is confirmed, by somebody who did not report it."""

    class State(models.TextChoices):
        REPORTED = "reported", "待核实"
        CONFIRMED = "confirmed", "属实"
        DISMISSED = "dismissed", "不属实"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="incidents")
    # A label of the family `incident`.
    kind = models.CharField("类型", max_length=40)
    title = models.CharField("事由", max_length=80)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区（村）"
    )
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name="涉及人员"
    )
    happened_at = models.DateTimeField("发生时间")
    day = models.DateField("发生日期", editable=False)
    # Only what can be counted (a hazard's level, whether a complaint came in time); words live in the narrative.
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    narrative = SealedTextField("经过", mask=masks.everything)
    outcome = SealedTextField("处理结果", mask=masks.everything)
    state = models.CharField("状态", max_length=10, choices=State, default=State.REPORTED)
    dismiss_reason = models.CharField("不属实的理由", max_length=400, blank=True, default="")
    # The day on which it was dealt with; a confirmed incident goes on counting afterwards.
    closed_on = models.DateField("办结日期", null=True, blank=True)
    reported_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="报告人")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="reported") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="incident_decided_by",
                violation_error_message="核实须有核实人",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("reported_by")),
                name="incident_not_own",
                violation_error_message="不能核实自己报告的事件",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(dismiss_reason=""),
                name="incident_dismissed_reason",
                violation_error_message="认定不属实须写明理由",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(state="confirmed", closed_on__gte=F("day")),
                name="incident_closed",
                violation_error_message="属实的事件才能办结，办结不得早于发生",
            ),
            facts_fit("incident_facts_size"),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "day"], name="incident_count")]

    def __str__(self):
        return self.title


class IncidentPaper(TenantModel):
    """A photo, form or report that belongs to an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="incident_papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("材料", max_length=40)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "incident", "file", "kind"], name="incidentpaper_once")
        ]


class IncidentMove(Move):
    """One step of an incident: reported, confirmed, dismissed, closed."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
