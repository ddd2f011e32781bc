"""Who: bureaus and stations, their areas and organisations, people and what they may act as, and the audit trail."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid6 import uuid7

from tenancy import scope
from tenancy.permissions import ROLE_CHOICES


class ScopedQuerySet(models.QuerySet):
    pass


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):
    """Filters by the open scope's tenant; raises NoTenant when no scope is open."""

    use_in_migrations = False

    def get_queryset(self):
        queryset = super().get_queryset()
        if not scope.filtering.get():
            return queryset
        return queryset.filter(tenant_id=scope.current().tenant_id)


class AccountManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(**{f"{self.model.USERNAME_FIELD}__iexact": username})


class Account(AbstractBaseUser):
    """A person who signs in. What the person may do comes from memberships, one for each organisation."""

    login = models.CharField("账号", max_length=80, unique=True, error_messages={"unique": "这个账号已被使用"})
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("可用", default=True)
    session_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    def __str__(self):
        return self.name

    def get_session_auth_hash(self):
        """Bumping session_version signs the account out everywhere."""
        return f"{super().get_session_auth_hash()}.{self.session_version}"


class Tenant(models.Model):
    """A purchaser: a civil-affairs bureau or a rescue station. Its data is sealed from every other's."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", "民政局"
        STATION = "station", "救助管理站"

    slug = models.SlugField("网址名", max_length=40, unique=True)
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    is_demo = models.BooleanField("示例数据", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.short_name


class TenantModel(models.Model):
    """A row that belongs to one tenant. Migrations seal its table (tenancy/seal.py)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.tenant_id is None and scope.is_open():
            self.tenant_id = scope.current().tenant_id


class TenantKey(TenantModel):
    """The tenant's own keys, wrapped by an installation key from FIELD_KEYS."""

    version = models.PositiveSmallIntegerField(default=1)
    wrapped_by = models.CharField(max_length=40)
    sealing_key = models.BinaryField()
    index_key = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "version"], name="tenantkey_version")]


class Area(TenantModel):
    """District, subdistrict or town, community or village: a tree of three levels."""

    class Level(models.TextChoices):
        DISTRICT = "district", "区县"
        STREET = "street", "街道（乡镇）"
        COMMUNITY = "community", "社区（村）"

    name = models.CharField("名称", max_length=40)
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    # The subdistrict that a community lies in (itself for a subdistrict): counting joins on this one column.
    street = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_village = models.BooleanField("村", default=False)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["sort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "parent", "name"],
                nulls_distinct=False,
                name="area_name",
                violation_error_message="同一上级下已有同名地区",
            ),
            models.CheckConstraint(
                condition=Q(level="district") | Q(parent__isnull=False),
                name="area_has_parent",
                violation_error_message="街道和社区须有上级",
            ),
        ]

    def __str__(self):
        return self.name


class Organisation(TenantModel):
    """A party within one tenant: the bureau itself, a subdistrict office, a provider, an evaluator."""

    class Kind(models.TextChoices):
        PURCHASER = "purchaser", "购买方"
        SUBDISTRICT = "subdistrict", "街道（乡镇）"
        PROVIDER = "provider", "服务机构"
        EVALUATOR = "evaluator", "评估机构"
        AUDIT = "audit", "审计机构"

    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="辖区"
    )

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], name="organisation_name", violation_error_message="已有同名组织"
            ),
            models.UniqueConstraint(
                fields=["tenant", "credit_code"],
                condition=~Q(credit_code=""),
                name="organisation_credit_code",
                violation_error_message="这个统一社会信用代码已登记",
            ),
            models.CheckConstraint(
                condition=~Q(kind="subdistrict") | Q(area__isnull=False),
                name="organisation_subdistrict_area",
                violation_error_message="街道（乡镇）须选辖区",
            ),
        ]

    def __str__(self):
        return self.short_name


class Membership(TenantModel):
    """An account acting for an organisation in one role; every decision is stored with it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name="组织"
    )
    role = models.CharField("角色", max_length=24, choices=ROLE_CHOICES)
    title = models.CharField("职务", max_length=40, blank=True)
    is_active = models.BooleanField("可用", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()
    # For sign-in only: row-level security shows an account its own rows in every tenant (tenancy/seal.py).
    everywhere = models.Manager()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account", "organisation", "role"],
                name="membership_once",
                violation_error_message="该账号在这个组织已有这个角色",
            ),
        ]

    def __str__(self):
        return self.account.name


class Invitation(TenantModel):
    """A link that lets a person set a password and become a member; only the token's digest is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    # A reset lets the holder of an existing login set a new password; an invitation never does.
    is_reset = models.BooleanField(default=False)
    login = models.CharField("账号", max_length=80)
    name = models.CharField("姓名", max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=24, choices=ROLE_CHOICES)
    title = models.CharField("职务", max_length=40, blank=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]


class CalendarYear(TenantModel):
    """A year whose statutory holidays are known; in any other year working days are provisional (暂定)."""

    year = models.PositiveSmallIntegerField("年份")
    source = models.CharField("依据", max_length=120)
    is_published = models.BooleanField("已公布", default=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "year"], name="calendaryear_once")]


class CalendarDay(TenantModel):
    """A day that differs from the week's rule: a holiday on a weekday, or a made-up working Saturday or Sunday."""

    day = models.DateField("日期")
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20)

    class Meta(TenantModel.Meta):
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day"], name="calendarday_once", violation_error_message="这一天已登记"
            )
        ]


class Move(TenantModel):
    """One step in the history of a row that moves from state to state: who did what, when and why. A subclass says whose."""

    verb = models.CharField(max_length=20)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ["at", "id"]


class AuditHead(TenantModel):
    """The end of a tenant's audit chain; its row lock puts the events in order."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="audithead_once")]


class AuditEvent(TenantModel):
    """One act, append-only; `seq`, `prev` and `hash` are filled by a trigger and chain the tenant's events."""

    seq = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField("时间")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField("操作人", max_length=80)
    action = models.CharField("操作", max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    object_label = models.CharField("对象", max_length=160, blank=True)
    outcome = models.CharField("结果", max_length=10, default="done")
    fields_seen = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    prev = models.CharField(max_length=64, default="", editable=False)
    hash = models.CharField(max_length=64, default="", editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["tenant", "seq"], name="auditevent_seq")]
        indexes = [
            models.Index(fields=["tenant", "object_id", "seq"], name="auditevent_object"),
            # How many values somebody opened lately is asked before each is opened (caseload/queries/disclosure.py).
            models.Index(fields=["tenant", "membership", "at"], condition=~Q(fields_seen=[]), name="auditevent_looks"),
        ]
