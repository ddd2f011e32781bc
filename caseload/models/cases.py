"""Case files: the six stages, their history and their forms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models.households import Household, Person
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, TenantModel


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
    # The day of the crisis where it came later than the day on which the person was found, and the contact that followed.
    crisis_on = models.DateField("危机发生", null=True, blank=True)
    crisis_met_on = models.DateField("危机后接触", null=True, blank=True)
    source = models.CharField("来源", max_length=40, default="台账筛选")
    community_opinion = models.CharField("社区意见", max_length=200, blank=True)
    problem = SealedTextField("主要问题", mask=masks.everything)
    identified_on = models.DateField("发现日期")
    first_contact_on = models.DateField("首次接触", null=True, blank=True)
    opened_on = models.DateField("批准接案", null=True, blank=True)
    assessed_on = models.DateField("完成预估", null=True, blank=True)
    planned_on = models.DateField("计划和协议签订", null=True, blank=True)
    # The day of the first plan: a later plan does not make the intervention any younger.
    begun_on = models.DateField("介入开始", null=True, blank=True)
    reviewed_on = models.DateField("督导审核", null=True, blank=True)
    next_review_on = models.DateField("下次督导审核", null=True, blank=True)
    # Closure was refused on this day, so a new plan is due (指南 评估（4）).
    replan_from = models.DateField("重订计划起算", null=True, blank=True)
    evaluated_on = models.DateField("完成评估", null=True, blank=True)
    closed_on = models.DateField("结案", null=True, blank=True)
    closure_reason = models.CharField("结案原因", max_length=20, blank=True)
    closure_summary = SealedTextField("结案意见", mask=masks.everything)
    next_follow_up_on = models.DateField("下次回访", null=True, blank=True)
    # The former case of the same person that this one takes up again (重新开案).
    reopens = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reopened_as")
    system_no = models.CharField("系统录入号", max_length=40, blank=True)
    goals = models.JSONField("目标与结果", default=list, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Those of the papers that verified sessions prove (caseload/actions/sessions.py).
    session_papers = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    # How many sessions were verified, and how many of them were direct; kept where session_papers are.
    sessions = models.PositiveSmallIntegerField("介入次数", default=0, editable=False)
    direct_sessions = models.PositiveSmallIntegerField("直接介入次数", default=0, editable=False)
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
            models.CheckConstraint(
                condition=Q(crisis_on__isnull=True) | Q(is_crisis=True),
                name="case_crisis_day",
                violation_error_message="有危机日期的须标明危机个案",
            ),
            models.CheckConstraint(
                condition=Q(next_review_on__isnull=True) | Q(reviewed_on__isnull=False),
                name="case_review_order",
                violation_error_message="先有督导审核，再定下次审核",
            ),
            models.CheckConstraint(
                condition=Q(direct_sessions__lte=F("sessions")),
                name="case_direct_sessions",
                violation_error_message="直接介入次数不得多于介入次数",
            ),
            models.CheckConstraint(
                condition=~Q(reopens=F("id")), name="case_reopens_other", violation_error_message="个案不能重开自己"
            ),
            models.UniqueConstraint(
                fields=["tenant", "reopens"],
                condition=Q(reopens__isnull=False) & ~Q(state__in=["refused", "withdrawn"]),
                name="case_reopened_once",
                violation_error_message="这份个案已重新开案",
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
                    verb__in=[
                        "return_intake",
                        "refuse_intake",
                        "return_closure",
                        "refuse_closure",
                        "return_referral",
                        "refuse_referral",
                        "withdraw",
                        "raise_crisis",
                        "reopen",
                    ]
                )
                | ~Q(reason=""),
                name="casemove_reason",
                violation_error_message="退回、不予批准、撤回、转为危机个案和重新开案须写明原因",
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
