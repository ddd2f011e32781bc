"""The care of those who stay at a station: the journal of each shift, medicines, seized items, people likely to wander.

Whatever indicators count of it are service records; these rows hold what a record cannot, and who said it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models import RegisterEntry
from contracts.models import Contract
from documents.models import StoredFile
from services.models.incidents import Incident
from services.models.records import ServiceRecord
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Membership, Move, TenantModel


class CareShift(TenantModel):
    """What one worker handed in at once about the residents of a shift. Its id is made on the phone, so that sending it twice is once."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="care_shifts")
    # The day on which the shift begins: a night belongs to its evening.
    day = models.DateField("日期")
    slot = models.CharField("班次", max_length=20)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("started_at")),
                name="careshift_interval",
                violation_error_message="结束时间须晚于开始时间",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "-day", "slot"], name="careshift_list")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.slot}"


class CareLine(TenantModel):
    """One resident in one shift: as usual, not as usual, or not there; what was done, and the records that came of it."""

    class Presence(models.TextChoices):
        NORMAL = "normal", "正常"
        NOTABLE = "notable", "异常"
        ABSENT = "absent", "不在"

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待核"
        VERIFIED = "verified", "已核"
        RETURNED = "returned", "退回"

    shift = models.ForeignKey(CareShift, on_delete=models.PROTECT, related_name="lines")
    # Of the register of residents; its label is a number, never a name.
    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="care_lines")
    day = models.DateField("日期")
    slot = models.CharField("班次", max_length=20)
    presence = models.CharField("情况", max_length=10, choices=Presence)
    # Only what can be ticked: {"meal": true, "medicine": false, "mood": "low", "seen": ["turned"]}; words stand in the note.
    marks = models.JSONField(default=dict, blank=True)
    note = SealedTextField("说明", mask=masks.everything)
    state = models.CharField("状态", max_length=10, choices=State, default=State.SUBMITTED)
    return_reason = models.CharField("退回原因", max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    # The records that say what the line says, and those that a correction took back: drafts that nobody goes on writing.
    records = ArrayField(models.UUIDField(), default=list, blank=True)
    taken_back = ArrayField(models.UUIDField(), default=list, blank=True)
    # The incident that was reported from the line: a meal or a medicine that was missed.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="care_lines")

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "entry", "day", "slot"],
                name="careline_once",
                violation_error_message="此人本班已登记",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="careline_returned_reason",
                violation_error_message="退回须写明原因",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "shift"], name="careline_shift")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.slot} {self.entry.label}"


class CareLineMove(Move):
    """One step of a line: handed in, verified, returned, corrected; a correction keeps what the line said before."""

    line = models.ForeignKey(CareLine, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    presence = models.CharField(max_length=10, blank=True, default="")
    marks = models.JSONField(default=dict, blank=True)
    note = SealedTextField("原说明", mask=masks.everything)


class Medication(TenantModel):
    """A medicine that a resident takes, as it was prescribed: which, how much, at which times of the day, from when to when."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="medications")
    medicine = SealedTextField("药名", mask=masks.everything)
    dose = SealedTextField("每次用量", mask=masks.everything)
    # "08:00": the shift in which a time falls asks whether it was given.
    times = ArrayField(models.CharField(max_length=5), verbose_name="每日时间")
    prescribed_by = models.CharField("开方医疗机构", max_length=80)
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)
    stop_reason = models.CharField("停药原因", max_length=200, blank=True, default="")
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["from_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="medication_interval",
                violation_error_message="停药日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=~Q(times=[]), name="medication_times", violation_error_message="须写明每日服药时间"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "entry", "from_day"], name="medication_list")]

    def __str__(self):
        return f"{self.entry.label} 用药"


class SeizedItem(TenantModel):
    """A dangerous thing taken from a resident: kept by somebody until it is given back or destroyed, with a signature."""

    class State(models.TextChoices):
        KEPT = "kept", "保管中"
        RETURNED = "returned", "已归还"
        DESTROYED = "destroyed", "已销毁"

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="seized_items")
    # The record of the seizure, which the indicators count.
    record = models.OneToOneField(ServiceRecord, on_delete=models.PROTECT, related_name="seized_item")
    item = models.CharField("物品", max_length=40)
    quantity = models.PositiveSmallIntegerField("数量", default=1)
    place = models.CharField("存放处", max_length=40)
    taken_at = models.DateTimeField("收缴时间")
    keeper = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="保管人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.KEPT)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="kept", settled_at__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, signature__isnull=False),
                name="seizeditem_signed",
                violation_error_message="归还或销毁须有签字单和经手人",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="seizeditem_quantity", violation_error_message="数量须大于 0"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "entry"], name="seizeditem_list")]

    def __str__(self):
        return self.item


class SeizedItemMove(Move):
    """One step of a seized item: taken, given back, destroyed."""

    item = models.ForeignKey(SeizedItem, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)


class KeyPerson(TenantModel):
    """Somebody likely to wander off again, brought home and called every week: who it is, and who looks after them."""

    class Reason(models.TextChoices):
        MENTAL = "mental", "精神障碍"
        DEMENTIA = "dementia", "阿尔茨海默病"
        DISABLED = "disabled", "肢体、智力残疾"
        REPEATED = "repeated", "反复流浪乞讨"
        OTHER = "other", "其他"

    # Of the register that the contract counts; its label is a number, never a name.
    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, related_name="key_person")
    reason = models.CharField("类别", max_length=10, choices=Reason)
    name = SealedTextField("姓名", mask=masks.name)
    name_index = BlindIndexField()
    address = SealedTextField("住址", mask=masks.address)
    guardian = SealedTextField("监护人", mask=masks.name)
    phone = SealedTextField("联系电话", mask=masks.phone)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["entry__label"]

    def __str__(self):
        return self.entry.label
