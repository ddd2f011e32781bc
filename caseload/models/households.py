"""Households and people (一户一策一档), their categories and the papers in their files."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from caseload.models import masking
from caseload.models.standing import StandingManager
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Area, Membership, ScopedManager, TenantModel


class Category(TenantModel):
    """A kind of served person or family (低保, 特困, 困境儿童 …): tenant data, with the fields that its file requires."""

    code = models.CharField("代号", max_length=30)
    label = models.CharField("名称", max_length=40)
    group = models.CharField("类别", max_length=40)
    required_fields = models.JSONField("必填项", default=list, blank=True)
    is_assistance = models.BooleanField("享受社会救助", default=False)
    # The category that the contract's indicators speak of, when the bureau's own list is finer (特困 for 集中供养).
    counts_as = models.CharField("计数归入", max_length=30, blank=True, default="")
    # A retired category is offered no more; households that were in it keep it.
    is_active = models.BooleanField("可以登记", default=True)
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
    # How much of its file there must be and is, as rules.completeness last counted it: lists don't open sealed values.
    items_asked = models.PositiveSmallIntegerField("档案应有项", default=0)
    items_filled = models.PositiveSmallIntegerField("档案已有项", default=0)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = StandingManager()
    everyone = ScopedManager()

    class Meta(TenantModel.Meta):
        base_manager_name = "everyone"
        default_manager_name = "objects"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="household_number", violation_error_message="户编号已使用"
            ),
            models.CheckConstraint(
                condition=Q(items_filled__lte=F("items_asked")),
                name="household_items",
                violation_error_message="已有项不得多于应有项",
            ),
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
    name = SealedTextField("姓名", mask=masking.name)
    name_index = BlindIndexField()
    surname_index = BlindIndexField()
    id_number = SealedTextField("身份证号", mask=masking.id_number)
    id_number_index = BlindIndexField()
    phone = SealedTextField("电话", mask=masking.phone)
    sex = models.CharField("性别", max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    relation = models.CharField("与户主关系", max_length=20, default="户主")
    is_head = models.BooleanField("户主", default=False)
    # Employment, schooling, health, disability, benefits, as JSON {field: text}: never a plain column.
    details = SealedTextField("个人情况", mask=masks.everything)
    facts = models.JSONField("个人字段", default=dict, blank=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    # Nobody knows yet who this is: the name is a description (姓名不详（女，约60岁，柳林街道）) and is not looked up.
    is_unknown = models.BooleanField("身份不详", default=False)
    features = SealedTextField("特征", mask=masks.everything)

    objects = StandingManager()
    everyone = ScopedManager()

    class Meta(TenantModel.Meta):
        base_manager_name = "everyone"
        default_manager_name = "objects"
        ordering = ["-is_head", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "id_number_index"],
                condition=~Q(id_number_index="") & Q(merged_into=None),
                name="person_id_number",
                violation_error_message="这个身份证号已在台账中",
            ),
            models.UniqueConstraint(
                fields=["tenant", "household"],
                condition=Q(is_head=True, merged_into=None),
                name="person_one_head",
                violation_error_message="一户只有一名户主",
            ),
            models.CheckConstraint(
                condition=Q(is_unknown=False) | Q(name_index="", surname_index="", id_number_index=""),
                name="person_unknown",
                violation_error_message="身份不详的人不能有姓名或身份证号",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "name_index"], name="person_name"),
            models.Index(fields=["tenant", "surname_index"], name="person_surname"),
        ]

    def __str__(self):
        return str(self.name)


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
            ExclusionConstraint(
                name="householdcategory_no_overlap",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (Coalesce("person", "household"), RangeOperators.EQUAL),
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
                violation_error_message="同一类别的有效期重叠",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="householdcategory_interval",
                violation_error_message="截止日不得早于起始日",
            ),
        ]


class HouseholdPaper(TenantModel):
    """A paper in a household's file (一户一策一档): needs survey, assistance plan, change form, photograph.

    A draft is one that is being written: it proves nothing, and there is one of a kind at a time.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField("材料", max_length=40)
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
                fields=["tenant", "household", "kind"],
                condition=Q(is_draft=True),
                name="householdpaper_one_draft",
                violation_error_message="这份表已有草稿",
            ),
        ]
