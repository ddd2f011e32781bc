"""For whom: households and people (一户一策一档), their categories and registers, cases, groups, and imports of lists."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Area, Membership, TenantModel


class Category(TenantModel):
    """A kind of served person or family (低保, 特困, 困境儿童 …): tenant data, with the fields that its file requires."""

    code = models.CharField("代号", max_length=30)
    label = models.CharField("名称", max_length=40)
    group = models.CharField("类别", max_length=40)
    required_fields = models.JSONField("必填项", default=list, blank=True)
    is_assistance = models.BooleanField("享受社会救助", default=False)
    # The category that the contract's indicators speak of, when the bureau's own list is finer (特困 for 集中供养).
    counts_as = models.CharField("计数归入", max_length=30, blank=True, default="")
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="category_code", violation_error_message="这个类别代号已使用"
            )
        ]

    def __str__(self):
        return self.label


class Household(TenantModel):
    """A family on a contract's ledger; what is known of it counts through its register entries."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="households", verbose_name="所属合同")
    number = models.CharField("户编号", max_length=30)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="社区（村）")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", editable=False)
    address = SealedTextField("住址", mask=masks.address)
    note = SealedTextField("备注", mask=masks.everything)
    # What the categories ask for, in words, as JSON {field: text}: health and income are never a plain column.
    details = SealedTextField("台账内容", mask=masks.everything)
    facts = models.JSONField("台账字段", default=dict, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="household_number", violation_error_message="户编号已使用"
            )
        ]
        indexes = [models.Index(fields=["tenant", "contract", "street", "number"], name="household_list")]

    def __str__(self):
        return self.number


class Person(TenantModel):
    """A served person. Names, numbers and addresses are sealed; found again through blind indexes."""

    class Sex(models.TextChoices):
        FEMALE = "female", "女"
        MALE = "male", "男"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="people")
    name = SealedTextField("姓名", mask=masks.name)
    name_index = BlindIndexField()
    surname_index = BlindIndexField()
    id_number = SealedTextField("身份证号", mask=masks.id_number)
    id_number_index = BlindIndexField()
    phone = SealedTextField("电话", mask=masks.phone)
    sex = models.CharField("性别", max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    relation = models.CharField("与户主关系", max_length=20, default="户主")
    is_head = models.BooleanField("户主", default=False)
    facts = models.JSONField("个人字段", default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-is_head", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "id_number_index"],
                condition=~Q(id_number_index=""),
                name="person_id_number",
                violation_error_message="这个身份证号已在台账中",
            ),
            models.UniqueConstraint(
                fields=["tenant", "household"],
                condition=Q(is_head=True),
                name="person_one_head",
                violation_error_message="一户只有一名户主",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "name_index"], name="person_name"),
            models.Index(fields=["tenant", "surname_index"], name="person_surname"),
        ]

    def __str__(self):
        return str(self.name)


class RegisterEntry(TenantModel):
    """One subject's stay on a list of a contract, an interval of whole days: files, key objects, volunteers, teams, points.

    The register source of the indicator vocabulary: `facts` holds only what can be counted.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="register_entries")
    kind = models.CharField("名册", max_length=40)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries")
    # Set for subjects that are neither household nor person (a team, a volunteer, a rescue point): their label is the subject.
    label = models.CharField("名称", max_length=80, blank=True)
    subject = models.UUIDField(editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=10, default="verified")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="registerentry_interval",
                violation_error_message="截止日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | Q(person__isnull=False) | ~Q(label=""),
                name="registerentry_has_subject",
                violation_error_message="名册上的一行须有户、人或名称",
            ),
            ExclusionConstraint(
                name="registerentry_no_overlap",
                expressions=[
                    ("tenant_id", RangeOperators.EQUAL),
                    ("contract_id", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("subject", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_day",
                            "to_day",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="同一对象在这份名册上的时段重叠",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "kind", "subject", "from_day"], name="registerentry_count")
        ]

    def __str__(self):
        return self.label or self.kind


class HouseholdCategory(TenantModel):
    """A household's or one member's belonging to a category for a time."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="categories")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="categories")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)
    certificate = models.CharField("证件号", max_length=60, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["from_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "person", "category", "from_day"],
                nulls_distinct=False,
                name="householdcategory_once",
                violation_error_message="这一类别已登记",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="householdcategory_interval",
                violation_error_message="截止日不得早于起始日",
            ),
        ]


class HouseholdPaper(TenantModel):
    """A paper in a household's file (一户一策一档): needs survey, assistance plan, change form, photograph."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField("材料", max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = SealedTextField("内容", mask=masks.everything)
    filled_on = models.DateField("日期")
    filled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]


class Case(TenantModel):
    """A case file (个案) through the six stages: intake, assessment, plan, intervention, evaluation, closure."""

    class State(models.TextChoices):
        DRAFT = "draft", "待接案"
        INTAKE_SUBMITTED = "intake_submitted", "接案待批"
        OPEN = "open", "介入中"
        CLOSURE_SUBMITTED = "closure_submitted", "结案待批"
        CLOSED = "closed", "已结案"
        REFUSED = "refused", "不予接案"
        WITHDRAWN = "withdrawn", "已撤回"

    class Stage(models.TextChoices):
        INTAKE = "intake", "接案"
        ASSESSMENT = "assessment", "预估"
        PLAN = "plan", "计划"
        INTERVENTION = "intervention", "介入"
        EVALUATION = "evaluation", "评估"
        CLOSURE = "closure", "结案"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=40, default="casework")
    number = models.CharField("个案编号", max_length=30)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases", verbose_name="服务对象")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="cases", verbose_name="负责社工")
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    is_crisis = models.BooleanField("危机个案", default=False)
    source = models.CharField("来源", max_length=40, default="台账筛选")
    community_opinion = models.CharField("社区意见", max_length=200, blank=True)
    problem = SealedTextField("主要问题", mask=masks.everything)
    identified_on = models.DateField("发现日期")
    first_contact_on = models.DateField("首次接触", null=True, blank=True)
    opened_on = models.DateField("批准接案", null=True, blank=True)
    assessed_on = models.DateField("完成预估", null=True, blank=True)
    planned_on = models.DateField("计划和协议签订", null=True, blank=True)
    # Closure was refused on this day, so a new plan is due (指南 评估（4）).
    replan_from = models.DateField("重订计划起算", null=True, blank=True)
    evaluated_on = models.DateField("完成评估", null=True, blank=True)
    closed_on = models.DateField("结案", null=True, blank=True)
    closure_reason = models.CharField("结案原因", max_length=20, blank=True)
    closure_summary = SealedTextField("结案意见", mask=masks.everything)
    system_no = models.CharField("系统录入号", max_length=40, blank=True)
    goals = models.JSONField("目标与结果", default=list, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Those of the papers that verified sessions prove (caseload/actions/sessions.py).
    session_papers = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    approvals = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    # Since when the file has been in the hands of whoever must act next.
    handed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-identified_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="case_number", violation_error_message="个案编号已使用"
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "person"],
                condition=~Q(state__in=["closed", "refused", "withdrawn"]),
                name="case_one_open",
                violation_error_message="该服务对象在本合同下已有未结个案",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "closure_submitted", "closed"])
                | Q(opened_on__isnull=False, approvals__contains=["intake_subdistrict"]),
                name="case_open_is_approved",
                violation_error_message="接案须经街道（乡镇）批准",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False, approvals__contains=["closure_subdistrict"]),
                name="case_closed_is_approved",
                violation_error_message="结案须经街道（乡镇）批准",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closure_submitted", "closed"]) | ~Q(closure_reason=""),
                name="case_closure_reason",
                violation_error_message="结案须写明原因",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["intake_submitted", "closure_submitted"]) | Q(handed_on__isnull=False),
                name="case_handed_on",
                violation_error_message="待批的个案须有提交日期",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(first_contact_on__isnull=False),
                name="case_contacted",
                violation_error_message="须先初步接触，再送街道（乡镇）审批",
            ),
            models.CheckConstraint(
                condition=Q(first_contact_on__isnull=True) | Q(first_contact_on__gte=F("identified_on")),
                name="case_contact_order",
                violation_error_message="首次接触不得早于发现日期",
            ),
            models.CheckConstraint(
                condition=Q(assessed_on__isnull=True) | Q(opened_on__isnull=False, assessed_on__gte=F("opened_on")),
                name="case_assessment_order",
                violation_error_message="预估不得早于批准接案",
            ),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=True) | Q(assessed_on__isnull=False, planned_on__gte=F("assessed_on")),
                name="case_plan_order",
                violation_error_message="计划不得早于预估",
            ),
            models.CheckConstraint(
                condition=Q(evaluated_on__isnull=True) | Q(planned_on__isnull=False, evaluated_on__gte=F("planned_on")),
                name="case_evaluation_order",
                violation_error_message="评估不得早于计划",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "kind", "opened_on"], name="case_count"),
            models.Index(fields=["tenant", "state", "street"], name="case_inbox"),
        ]

    def __str__(self):
        return self.number


class CaseMove(TenantModel):
    """One step of a case: who moved it, from where to where, when and why."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(
                    verb__in=["return_intake", "refuse_intake", "return_closure", "refuse_closure", "withdraw"]
                )
                | ~Q(reason=""),
                name="casemove_reason",
                violation_error_message="退回、不予批准和撤回须写明原因",
            ),
        ]


class CasePaper(TenantModel):
    """A form or picture in a case file; `kind` is the paper kind that indicators ask for, `data` the form's answers.

    A draft is one that is being written: it proves nothing, and there is one of a kind at a time.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_papers")
    kind = models.CharField("材料", max_length=40)
    version = models.PositiveSmallIntegerField("第几份", default=1)
    is_draft = models.BooleanField("草稿", default=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = SealedTextField("内容", mask=masks.everything)
    filled_on = models.DateField("日期")
    filled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "case", "kind"],
                condition=Q(is_draft=True),
                name="casepaper_one_draft",
                violation_error_message="这份表已有草稿",
            ),
            models.UniqueConstraint(
                fields=["tenant", "case", "kind", "version"],
                condition=Q(is_draft=False),
                name="casepaper_version",
                violation_error_message="这份表刚被别人提交过",
            ),
        ]


class Group(TenantModel):
    """A group of members that meets in sessions (小组); its sessions are service records."""

    class State(models.TextChoices):
        PLANNED = "planned", "筹备"
        OPEN = "open", "开展中"
        CLOSED = "closed", "已结束"
        WITHDRAWN = "withdrawn", "已取消"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=40, default="professional")
    title = models.CharField("名称", max_length=80)
    purpose = models.CharField("类型", max_length=20, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="带领社工")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    members = models.PositiveSmallIntegerField("组员人数")
    first_session_on = models.DateField("首次活动", null=True, blank=True)
    closed_on = models.DateField("结束", null=True, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Those of the papers that verified sessions prove (caseload/actions/sessions.py).
    session_papers = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["first_session_on", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "title"],
                name="group_title",
                violation_error_message="本合同下已有同名小组",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "closed"]) | Q(first_session_on__isnull=False),
                name="group_started",
                violation_error_message="开展中的小组须有首次活动日期",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "first_session_on"], name="group_count")]

    def __str__(self):
        return self.title


class GroupPaper(TenantModel):
    """Plan, session record, photo, summary or satisfaction survey of a group."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="group_papers")
    kind = models.CharField("材料", max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]


class LedgerImport(TenantModel):
    """An uploaded list of households: read, checked row by row, shown, and taken over once."""

    class State(models.TextChoices):
        NAMING = "naming", "待对应列"
        CHECKED = "checked", "待确认"
        TAKEN = "taken", "已导入"
        DROPPED = "dropped", "已放弃"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    # Row number and messages only, never the values: [{"row": 7, "column": "D", "field": "身份证号", "message": "…"}]
    faults = models.JSONField(default=list)
    households_good = models.PositiveIntegerField(default=0)
    # Which column its headers mean where people had to say so: {header: column, "" for one that is left out}.
    columns = models.JSONField(default=dict, blank=True)
    rows_known = models.PositiveIntegerField(default=0)
    # Families of which the ledger holds a part, for people to decide: row numbers and household numbers, never the values.
    asked = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_total__gte=F("rows_good") + F("rows_known")), name="ledgerimport_counts"
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_at__isnull=False),
                name="ledgerimport_taken_at",
                violation_error_message="已导入须有时间",
            ),
        ]
