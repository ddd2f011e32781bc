"""What was done: each act of service, its evidence and its steps."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from caseload.models import Case, Group, Household, Person, RegisterEntry
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, Move, TenantModel


class OctetLength(Func):
    """Bytes of a text as it is stored."""

    function = "OCTET_LENGTH"
    output_field = models.IntegerField()


def facts_fit(name):
    """The constraint that a row's facts take at most 1 kB: they hold only what can be counted."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(OctetLength(Cast("facts", models.TextField())), 1024),
        name=name,
        violation_error_message="专用字段过长",
    )


class ServiceRecord(TenantModel):
    """The one fact table: each visit, session, group meeting, event, training … is a row.

    Its id may come from the phone that logged it, so that sending it twice makes one record.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审"
        VERIFIED = "verified", "已核"
        RETURNED = "returned", "退回"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField("类型", max_length=40)
    title = models.CharField("名称", max_length=80, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区（村）"
    )
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    # The entry that the record names on a register of labelled things: a team, a point, an organisation.
    team = models.ForeignKey(
        RegisterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="小组（队）"
    )
    day = models.DateField("日期")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    minutes = models.PositiveIntegerField("分钟", null=True, blank=True)
    mode = models.CharField("方式", max_length=20, blank=True)
    direct = models.BooleanField("直接服务", null=True)
    participants = models.PositiveIntegerField("参加人数", null=True, blank=True)
    workers = models.PositiveSmallIntegerField("服务人员", null=True, blank=True)
    quantity = models.DecimalField("数量", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    score = models.DecimalField("得分", max_digits=8, decimal_places=2, null=True, blank=True)
    # Only what can be counted, checked against the kind's fields; free text lives in the narrative.
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    narrative = SealedTextField("内容", mask=masks.everything)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="record_returned_reason",
                violation_error_message="退回须写明原因",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="record_verified_by",
                violation_error_message="已核记录须有核验人",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "returned"]) | ~Q(decided_by=F("created_by")),
                name="record_not_own",
                violation_error_message="不能核验自己登记的记录",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="record_interval",
                violation_error_message="结束时间不得早于开始时间",
            ),
            facts_fit("record_facts_size"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "contract", "kind", "day"],
                include=[
                    "id",
                    "street",
                    "area",
                    "household",
                    "person",
                    "case",
                    "group",
                    "team",
                    "direct",
                    "mode",
                    "minutes",
                    "participants",
                    "quantity",
                    "score",
                    "workers",
                    "state",
                    "papers",
                    "facts",
                ],
                name="record_count",
            ),
            models.Index(fields=["tenant", "contract", "-started_at", "-id"], name="record_list"),
            models.Index(fields=["tenant", "case"], condition=Q(case__isnull=False), name="record_case"),
            models.Index(fields=["tenant", "group"], condition=Q(group__isnull=False), name="record_group"),
            models.Index(
                fields=["tenant", "contract", "state", "submitted_at"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="record_inbox",
            ),
        ]

    def __str__(self):
        return self.title or f"{self.day:%Y-%m-%d} {self.kind}"


class RecordEvidence(TenantModel):
    """A photo, sign-in sheet or form that proves a record."""

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("材料", max_length=40)
    caption = models.CharField("说明", max_length=120, blank=True)
    consent = models.BooleanField("已征得同意", default=False)
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "record", "file", "kind"], name="recordevidence_once")]


class RecordMove(Move):
    """One step of a record: submitted, verified, returned, corrected."""

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
