"""How long something took: a pair of events. The clock source of the indicator vocabulary."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models import Case, Household, Person, RegisterEntry
from contracts.models import Contract
from documents.models import StoredFile
from services.models.records import facts_fit
from tenancy.models import Area, Membership, Move, TenantModel


class Clock(TenantModel):
    """What has a time limit (计时): started by one event, stopped by another; running while it has no end.

    How long it took is never stored: hours follow from the two instants, working days from the bureau's calendar.
    """

    class State(models.TextChoices):
        VALID = "valid", "有效"
        VOID = "void", "作废"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="clocks")
    # A label of the family `clock`.
    kind = models.CharField("类型", max_length=40)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks")
    # A resident of a station, or another labelled subject of a register.
    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks")
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区（村）"
    )
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    started_at = models.DateTimeField("开始")
    day = models.DateField("开始日期", editable=False)
    stopped_at = models.DateTimeField("完成", null=True, blank=True)
    stopped_on = models.DateField("完成日期", null=True, blank=True, editable=False)
    # Judged by a person, where the contract gives no number: whether it was done by the time that was agreed.
    on_time = models.BooleanField("按时", null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.CharField("备注", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=State, default=State.VALID)
    void_reason = models.CharField("作废原因", max_length=400, blank=True, default="")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_on__isnull=True)
                | Q(stopped_at__gte=F("started_at"), stopped_on__isnull=False),
                name="clock_interval",
                violation_error_message="完成时间不得早于开始时间",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | ~Q(void_reason=""),
                name="clock_void_reason",
                violation_error_message="作废须写明原因",
            ),
            facts_fit("clock_facts_size"),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "day"], name="clock_count")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.kind}"


class ClockPaper(TenantModel):
    """A form that proves what was done in time."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="clock_papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("材料", max_length=40)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "clock", "file", "kind"], name="clockpaper_once")]


class ClockMove(Move):
    """One step of a clock: started, stopped, made void."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="moves")
