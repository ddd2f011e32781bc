"""Stays at a rescue station: a person from admission to discharge, the traces of the family, the papers of the file."""

from django.db import models
from django.db.models import F, Q

from caseload.models.registers import RegisterEntry
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Membership, Move, TenantModel

PRESENT = ["admitted", "assessed", "planned", "cared"]


class Stay(TenantModel):
    """One stay of one person (一次在站). What indicators count of it stands on its entry of the register `resident`.

    The entry's label is the stay's number, never a name. A request that was refused (不予救助) has no entry.
    """

    class State(models.TextChoices):
        ADMITTED = "admitted", "待评估"
        ASSESSED = "assessed", "待定方案"
        PLANNED = "planned", "方案待确认"
        CARED = "cared", "照料中"
        SETTLED = "settled", "已落户安置"
        DISCHARGED = "discharged", "已离站"
        REFUSED = "refused", "不予救助"

    class Sex(models.TextChoices):
        FEMALE = "female", "女"
        MALE = "male", "男"

    class Arrival(models.TextChoices):
        SELF = "self", "自行求助"
        POLICE = "police", "公安护送"
        PUBLIC = "public", "群众引导"
        PATROL = "patrol", "巡查带回"

    class Way(models.TextChoices):
        OWN = "own", "自行离站"
        COLLECTED = "collected", "亲属接领"
        ESCORTED = "escorted", "护送返乡"
        TRANSFERRED = "transferred", "移交接收机构"
        SETTLED = "settled", "落户安置"
        ENDED = "ended", "终止救助"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="stays", verbose_name="所属合同")
    number = models.CharField("在站编号", max_length=30)
    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="stay")
    state = models.CharField("状态", max_length=12, choices=State)
    name = SealedTextField("姓名", mask=masks.name)
    name_index = BlindIndexField()
    id_number = SealedTextField("身份证号", mask=masks.id_number)
    id_number_index = BlindIndexField()
    phone = SealedTextField("联系电话", mask=masks.phone)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    # For whoever doesn't know or doesn't tell: years as they look.
    estimated_age = models.PositiveSmallIntegerField("估计年龄", null=True, blank=True)
    native_place = SealedTextField("户籍地", mask=masks.everything)
    features = SealedTextField("体貌特征", mask=masks.everything)
    belongings = SealedTextField("随身物品", mask=masks.everything)
    kin = SealedTextField("亲属及联系方式", mask=masks.everything)
    is_identified = models.BooleanField("身份已查明", default=True)
    identified_at = models.DateTimeField("查明身份", null=True, blank=True)
    arrival = models.CharField("来站方式", max_length=10, choices=Arrival)
    asked_at = models.DateTimeField("求助时间")
    admitted_at = models.DateTimeField("入站时间", null=True, blank=True)
    # An entry of the register `care_room` of the same contract.
    room = models.ForeignKey(
        RegisterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="宿舍"
    )
    bed = models.CharField("床位", max_length=10, blank=True, default="")
    carer = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="专人照料"
    )
    assessed_at = models.DateTimeField("首次沟通评估", null=True, blank=True)
    planned_at = models.DateTimeField("方案提交", null=True, blank=True)
    planned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("救助站确认", null=True, blank=True)
    confirmed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Leaving: asked for or decided on, then done.
    leaving_at = models.DateTimeField("提出离站", null=True, blank=True)
    way = models.CharField("离站方式", max_length=12, choices=Way, blank=True, default="")
    left_at = models.DateTimeField("离站时间", null=True, blank=True)
    receiver = models.CharField("接收机构", max_length=80, blank=True, default="")
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="stay_number", violation_error_message="在站编号已使用"
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "id_number_index"],
                condition=Q(state__in=PRESENT) & ~Q(id_number_index=""),
                name="stay_one_open",
                violation_error_message="此人正在站内，不能再次入站",
            ),
            models.UniqueConstraint(
                fields=["tenant", "room", "bed"],
                condition=Q(state__in=PRESENT) & ~Q(bed=""),
                name="stay_one_bed",
                violation_error_message="这张床位已有人",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", entry__isnull=True, admitted_at__isnull=True)
                | (~Q(state="refused") & Q(entry__isnull=False, admitted_at__isnull=False)),
                name="stay_admitted",
                violation_error_message="入站须登上名册，不予救助的不登",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at__isnull=True) | Q(admitted_at__gte=F("asked_at")),
                name="stay_asked_first",
                violation_error_message="入站不得早于求助",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["admitted", "refused", "settled", "discharged"]) | Q(assessed_at__isnull=False),
                name="stay_assessed",
                violation_error_message="先完成首次沟通评估",
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(planned_at__isnull=False, planned_by__isnull=False),
                name="stay_planned",
                violation_error_message="先提交个性化照料方案",
            ),
            models.CheckConstraint(
                condition=~Q(state="cared") | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="stay_confirmed",
                violation_error_message="照料方案须经救助站确认",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("planned_by")),
                name="stay_confirmed_by_another",
                violation_error_message="不能确认自己提交的照料方案",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["settled", "discharged"]) | (Q(left_at__isnull=False) & ~Q(way="")),
                name="stay_left",
                violation_error_message="离站须有时间和方式",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("admitted_at")),
                name="stay_left_after",
                violation_error_message="离站不得早于入站",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "state"], name="stay_board"),
            models.Index(fields=["tenant", "id_number_index"], condition=~Q(id_number_index=""), name="stay_id_number"),
            models.Index(fields=["tenant", "name_index"], condition=~Q(name_index=""), name="stay_name"),
        ]

    def __str__(self):
        return self.number


class StayMove(Move):
    """One step of a stay: admitted, assessed, plan confirmed, identity found, moved to another bed, discharged …"""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)

    class Meta(Move.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(verb__in=["refuse", "return_plan", "cancel_leaving"]) | ~Q(reason=""),
                name="staymove_reason",
                violation_error_message="不予救助、退回方案和撤回离站须写明原因",
            ),
        ]


class StayPaper(TenantModel):
    """A form or scan in the five-part file of a stay; a form that comes again is its next version."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="stay_papers")
    kind = models.CharField("材料", max_length=40)
    version = models.PositiveSmallIntegerField("第几份", default=1)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = SealedTextField("内容", mask=masks.everything)
    filled_on = models.DateField("日期")
    filled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "stay", "kind", "version"],
                name="staypaper_version",
                violation_error_message="这份表刚被别人提交过",
            ),
        ]


class Tracing(TenantModel):
    """One attempt to find out who somebody is, or where the family is (寻亲)."""

    class Channel(models.TextChoices):
        SYSTEM = "system", "全国救助管理信息系统"
        FACE = "face", "人像比对"
        DNA = "dna", "DNA 比对"
        MEDIA = "media", "媒体发布"
        POLICE = "police", "公安协查"

    class Result(models.TextChoices):
        WAITING = "waiting", "等待结果"
        NOT_FOUND = "not_found", "未查明"
        FOUND = "found", "已查明"

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="tracings")
    paper = models.ForeignKey(StayPaper, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField("寻亲方式", max_length=10, choices=Channel)
    started_at = models.DateTimeField("开始")
    published_at = models.DateTimeField("公告发布", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=Result)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["started_at", "id"]
