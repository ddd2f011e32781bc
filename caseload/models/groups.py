"""Groups of members that meet in sessions, their members, and the papers in their files."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models.households import Person
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Area, Membership, TenantModel


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


class GroupMember(TenantModel):
    """Who belongs to a group, from when to when: linked to a person on the ledger where there is one, never forced to be."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="group_places")
    name = SealedTextField("姓名", mask=masks.name)
    name_index = BlindIndexField()
    phone = SealedTextField("电话", mask=masks.phone)
    phone_index = BlindIndexField()
    joined_on = models.DateField("加入")
    left_on = models.DateField("退出", null=True, blank=True)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "group", "person"],
                condition=Q(left_on__isnull=True),
                name="groupmember_person_once",
                violation_error_message="已是本小组组员",
            ),
            models.UniqueConstraint(
                fields=["tenant", "group", "name_index", "phone_index"],
                condition=Q(left_on__isnull=True),
                name="groupmember_once",
                violation_error_message="本小组已有同名同号的组员",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="groupmember_interval",
                violation_error_message="退出日期不得早于加入日期",
            ),
        ]

    def __str__(self):
        return str(self.name)


class GroupPaper(TenantModel):
    """Plan, session record, photo, summary or satisfaction survey of a group: a stored file, or the form's own answers.

    A draft is a form that is being written: it proves nothing, and there is one of a kind at a time.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="group_papers")
    kind = models.CharField("材料", max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = SealedTextField("内容", mask=masks.everything)
    is_draft = models.BooleanField("草稿", default=False)
    filled_on = models.DateField("日期", null=True, blank=True)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "group", "kind"],
                condition=Q(is_draft=True),
                name="grouppaper_one_draft",
                violation_error_message="这份表已有草稿",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(data__isnull=False),
                name="grouppaper_says_something",
                violation_error_message="上传文件，或填写内容",
            ),
        ]
