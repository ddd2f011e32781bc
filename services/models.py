"""What was done and what it counts towards: service records, activity kinds, indicators, measurements, reports."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from caseload.models import Case, Group, Household, Person, RegisterEntry
from contracts.models import Contract
from documents.models import Snapshot, StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, TenantModel


class OctetLength(Func):
    """Bytes of a text as it is stored."""

    function = "OCTET_LENGTH"
    output_field = models.IntegerField()


class ActivityKind(TenantModel):
    """A kind of activity as data: its subject, its own fields, the evidence that it needs."""

    class Subject(models.TextChoices):
        NONE = "none", "不指定"
        HOUSEHOLD = "household", "户"
        PERSON = "person", "人"
        CASE = "case", "个案"
        GROUP = "group", "小组"

    code = models.CharField("代号", max_length=40)
    label = models.CharField("名称", max_length=40)
    subject = models.CharField("对象", max_length=10, choices=Subject, default=Subject.NONE)
    # [{"name": "topic", "label": "类型", "type": "choice|number|boolean|date|text", "choices": [["festival","主题节日"]], "required": true}]
    fields = models.JSONField("专用字段", default=list, blank=True)
    # [{"kind": "photo", "label": "照片", "min": 1}]
    evidence = models.JSONField("材料要求", default=list, blank=True)
    # Which common fields the form shows: mode, direct, participants, workers, quantity, score …
    shows = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    modes = models.JSONField("方式", default=list, blank=True)
    # The paper of the case's or group's file that a verified record of this kind is, e.g. 过程记录 or 活动记录.
    proves = models.CharField("即为材料", max_length=40, blank=True, default="")
    is_active = models.BooleanField("可用", default=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="activitykind_code", violation_error_message="这个代号已使用"
            )
        ]

    def __str__(self):
        return self.label


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
            models.CheckConstraint(
                condition=LessThanOrEqual(OctetLength(Cast("facts", models.TextField())), 1024),
                name="record_facts_size",
                violation_error_message="专用字段过长",
            ),
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


class RecordMove(TenantModel):
    """One step of a record: submitted, verified, returned, corrected."""

    record = models.ForeignKey(ServiceRecord, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]


class Deliverable(TenantModel):
    """A paper handed to the purchaser: the document source of the indicator vocabulary."""

    class State(models.TextChoices):
        DELIVERED = "delivered", "待接收"
        ACCEPTED = "accepted", "已接收"
        RETURNED = "returned", "退回"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="deliverables")
    kind = models.CharField("材料类型", max_length=40)
    title = models.CharField("名称", max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    covers = models.CharField("所属周期", max_length=10, blank=True)
    covers_from = models.DateField("周期首日", null=True, blank=True)
    delivered_on = models.DateField("提交日期")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DELIVERED)
    return_reason = models.CharField("退回原因", max_length=400, blank=True, default="")
    delivered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["delivered_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="deliverable_returned_reason",
                violation_error_message="退回须写明原因",
            )
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "delivered_on"], name="deliverable_count")]

    def __str__(self):
        return self.title


class Answer(TenantModel):
    """One questionnaire: the answer source of the indicator vocabulary."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=40, default="satisfaction")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField("填写日期")
    score = models.DecimalField("评分", max_digits=5, decimal_places=2, null=True, blank=True)
    satisfied = models.BooleanField("满意", null=True)
    facts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, default="valid")
    collected_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "contract", "kind", "day"], name="answer_count")]


class Indicator(TenantModel):
    """One promise of a contract, as data in the indicator vocabulary (services/indicators/)."""

    class Force(models.TextChoices):
        HARD = "hard", "合同指标"
        PLAN = "plan", "计划指标"
        SOFT = "soft", "仅报告"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField("代号", max_length=30)
    title = models.CharField("名称", max_length=80)
    definition = models.JSONField("口径")
    sentence = models.TextField("读法")
    unit = models.CharField("单位", max_length=20, blank=True)
    force = models.CharField("效力", max_length=5, choices=Force, default=Force.HARD)
    clause = models.CharField("条款", max_length=120, blank=True)
    clause_text = models.TextField("原文", blank=True)
    sort = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "code"],
                name="indicator_code",
                violation_error_message="本合同下已有这个指标代号",
            )
        ]

    def __str__(self):
        return self.title


class Measurement(TenantModel):
    """The last stored measurement of a contract's whole table, for portfolio pages."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="measurement")
    as_of = models.DateField()
    measured_at = models.DateTimeField()
    data = models.JSONField()
    digest = models.CharField(max_length=64)


class MonthlyReport(TenantModel):
    """A contract's report of one month: numbers from the records, words by the agency, frozen when it is submitted."""

    class State(models.TextChoices):
        DRAFT = "draft", "编写中"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "退回"
        ACCEPTED = "accepted", "已接收"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="monthly_reports")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    # Which submission this is; each has a snapshot of its own.
    round = models.PositiveSmallIntegerField("第几次提交", default=0)
    problems = models.TextField("问题与措施", blank=True)
    highlight = models.TextField("典型事例", blank=True)
    next_month = models.TextField("下月计划", blank=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    workbook = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField("退回原因", blank=True)
    due_on = models.DateField("应交日期", null=True)
    # By when a returned report comes again.
    mend_by = models.DateField("修改期限", null=True)
    # Counts the saves of the words: who writes over somebody else's save is told so.
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "month"],
                name="monthlyreport_once",
                violation_error_message="这个月的月报已有",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="monthlyreport_first_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"])
                | Q(snapshot__isnull=False, submitted_at__isnull=False),
                name="monthlyreport_frozen",
                violation_error_message="提交的月报须固定数据",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="monthlyreport_returned_reason",
                violation_error_message="退回须写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y年}{self.month.month}月月报"


class ReportMove(TenantModel):
    """One step of a monthly report."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    # The figures that were handed in, on each submission.
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
