"""The shape of what people enter about households, cases and groups. Decisions are the actions'."""

from django import forms

from caseload.models import Category, Person
from caseload.rules import cases as case_rules
from caseload.rules import forms as form_rules
from caseload.rules import groups as group_rules
from caseload.rules import ledger
from caseload.rules.people import id_number_fault, normal_id_number, normal_name
from contracts.queries import streets_of
from tenancy import clock
from tenancy.models import Area, Membership

PURPOSES = ("入户前核对", "联系本人或家属", "办理救助申请", "核对重复登记", "审批前核对")
WORKERS = ("social_worker", "agency_manager")


def day_field(label, **known):
    known.setdefault("initial", clock.today)
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)


def words(label, *, rows=2, longest=1000, **known):
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **known)


class StreetGroups(forms.models.ModelChoiceIterator):
    """Communities under the name of their street."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups = {}
        for area in self.queryset.select_related("street"):
            groups.setdefault(area.street.name, []).append(self.choice(area))
        yield from groups.items()


class PersonField(forms.ModelChoiceField):
    """One person of a household: masked, told apart by relation and year of birth."""

    def label_from_instance(self, person):
        born = f"，{person.birth_date.year}年生" if person.birth_date else ""
        return f"{person.name}（{person.relation}{born}）"


class CommunityField(forms.ModelChoiceField):
    """One community or village of a contract's subdistricts."""

    iterator = StreetGroups


def _communities(contract):
    return Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets_of(contract)).order_by(
        "street__sort", "sort", "id"
    )


class PersonForm(forms.Form):
    """One person; the identity number tells sex and birth date."""

    name = forms.CharField(label="姓名", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_number = forms.CharField(
        label="身份证号", max_length=24, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    relation = forms.CharField(label="与户主关系", max_length=20, required=False)

    def clean_name(self):
        return normal_name(self.cleaned_data["name"])

    def clean_id_number(self):
        number = normal_id_number(self.cleaned_data["id_number"])
        fault = id_number_fault(number) if number else ""
        if fault:
            raise forms.ValidationError(fault)
        return number


MemberForms = forms.formset_factory(PersonForm, extra=3, max_num=12)


class HouseholdForm(forms.Form):
    area = CommunityField(label="社区（村）", queryset=None, empty_label="请选择")
    address = forms.CharField(
        label="住址", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    categories = forms.MultipleChoiceField(
        label="类别", required=False, widget=forms.CheckboxSelectMultiple, help_text="决定台账的必填项，可多选"
    )

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = _communities(contract)
        self.fields["categories"].choices = list(Category.objects.values_list("code", "label"))


class LedgerForm(forms.Form):
    """Writes ledger fields without showing what stands there: an empty field leaves it as it is."""

    address = forms.CharField(label="住址", max_length=200, required=False)
    note = words("备注", required=False)

    def __init__(self, *args, wanted, filled, **kwargs):
        super().__init__(*args, **kwargs)
        for code in wanted:
            hint = "已登记，留空则不改" if code in filled else ""
            self.fields[code] = words(ledger.FIELDS[code], required=False, help_text=hint)
        self.order_fields([*wanted, "address", "note"])

    def details(self):
        """{field: text} of what was written."""
        return {code: text for code, text in self.cleaned_data.items() if code in ledger.FIELDS and text}


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(label="类别", queryset=None, empty_label="请选择")
    person = PersonField(label="属于", queryset=None, required=False, empty_label="整户")
    from_day = day_field("起始日期")
    certificate = forms.CharField(label="证号", max_length=60, required=False)

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.all()
        self.fields["person"].queryset = Person.objects.filter(household=household)


class RegisterForm(forms.Form):
    """Puts a household, or one of its people, on one of the contract's registers."""

    kind = forms.ChoiceField(label="名册")
    person = forms.ModelChoiceField(
        label="列入的是", queryset=None, required=False, empty_label="整户", help_text="名册以人计数的，选这一户的成员"
    )
    tier = forms.ChoiceField(
        label="分级",
        required=False,
        choices=[
            ("", "不分级"),
            ("general", "一般性对象"),
            ("no_request", "暂无诉求"),
            ("case", "个案对象"),
            ("key", "重点对象"),
        ],
    )
    from_day = day_field("起始日期")

    def __init__(self, *args, registers, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(registers)
        self.fields["person"].queryset = household.people.all()
        self.fields["person"].label_from_instance = lambda person: f"{person.name}（{person.relation}）"


class LeaveForm(forms.Form):
    to_day = day_field("最后一天")


class SystemNumberForm(forms.Form):
    system_no = forms.CharField(label="系统录入号", max_length=40, help_text="精准救助帮扶系统里的编号")


class PaperForm(forms.Form):
    """A paper of a household's, a case's or a group's file: an uploaded file, or the words themselves."""

    kind = forms.ChoiceField(label="材料")
    filled_on = day_field("日期")
    file = forms.FileField(label="文件", required=False, help_text="照片、PDF 或 docx，20 MB 以内")
    text = words("内容", rows=4, longest=4000, required=False, help_text="没有文件时，把要点写在这里")

    def __init__(self, *args, kinds, with_text=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)
        if not with_text:
            self.fields["file"].required = True
            del self.fields["text"]

    def clean(self):
        if not self.cleaned_data.get("file") and not self.cleaned_data.get("text") and not self.errors:
            self.add_error("file", "上传文件，或填写内容")
        return self.cleaned_data


class HouseholdPaperForm(PaperForm):
    at_home = forms.BooleanField(label="在家中填写（入户调查）", required=False)


class RevealForm(forms.Form):
    """What is looked at, and what for."""

    field = forms.CharField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label="用途", choices=[(text, text) for text in PURPOSES], widget=forms.RadioSelect, initial=PURPOSES[0]
    )
    detail = forms.CharField(label="说明", max_length=60, required=False)

    def told(self):
        """The purpose as it is kept."""
        return "，".join(filter(None, (self.cleaned_data["purpose"], self.cleaned_data["detail"].strip())))


class FindForm(forms.Form):
    q = forms.CharField(
        label="姓名、姓氏或身份证号", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ImportForm(forms.Form):
    contract = forms.ModelChoiceField(label="合同", queryset=None, empty_label=None)
    file = forms.FileField(label="名单", help_text="xlsx，一行一人，20 MB、5000 行以内")

    def __init__(self, *args, contracts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = contracts


# --- cases --------------------------------------------------------------------------------------------------------------
class NewCaseForm(forms.Form):
    person = PersonField(label="服务对象", queryset=None, widget=forms.RadioSelect, empty_label=None)
    worker = forms.ModelChoiceField(label="负责社工", queryset=None, empty_label=None)
    identified_on = day_field("发现日期", help_text="初步接触的期限从这一天起算")
    source = forms.ChoiceField(label="来源", choices=[(text, text) for text in case_rules.SOURCES])
    is_crisis = forms.BooleanField(label="危机事件，须在 2 个工作日内接触", required=False)
    problem = words("主要问题", rows=3)

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(household=household)
        workers = Membership.objects.filter(
            organisation_id=household.contract.provider_id, role__in=WORKERS, is_active=True
        ).select_related("account")
        self.fields["worker"].queryset = workers


class FirstContactForm(forms.Form):
    on = day_field("初步接触日期", help_text="面对面接触的那一天")


class CaseForm(forms.Form):
    """Case forms as caseload.rules.forms describes them, on one page, with the day at their head."""

    def __init__(self, *args, kinds, dated=True, revising=False, with_agreement=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = [form_rules.FORMS[kind] for kind in kinds]
        if dated:  # what is handed to the subdistrict bears the day on which it is handed in
            self.fields["on"] = day_field(self.kinds[0].day)
        for form in self.kinds:
            for field in form.fields:
                if field.name != "revision" or revising:
                    self.fields[field.name] = _question(field)
        if "revision" in self.fields:
            self.fields["revision"].required = True
        if with_agreement:
            self.fields["agreement"] = forms.FileField(
                label="签字的服务协议", required=False, help_text="照片或 PDF，不随草稿保存"
            )

    def clean(self):
        for form in self.kinds:
            for field in form.fields:
                asked = bool(field.when) and form_rules.asked(field, self.cleaned_data)
                if asked and form_rules.is_empty(self.cleaned_data.get(field.name) or ""):
                    self.add_error(field.name, "这个字段是必填项。")
        return self.cleaned_data

    def sections(self):
        """[(title, [(bound field, look)])] as the page shows them; the form's own name comes first where there are several."""
        shown = []
        for form in self.kinds:
            for section in form.sections:
                bound = [
                    (self[field.name], _look(self[field.name])) for field in section.fields if field.name in self.fields
                ]
                title = f"{form.title}：{section.title}" if len(self.kinds) > 1 else section.title
                shown += [(title, bound)] if bound else []
        return shown

    def answers(self):
        """{kind: {question: answer}} as it was sent, whether complete or not."""
        return {form.kind: {field.name: self._sent(field) for field in form.fields} for form in self.kinds}

    def _sent(self, field):
        return self.data.getlist(field.name) if field.look == "many" else self.data.get(field.name, "")


def _look(bound):
    """A list where the choices would not stand side by side on a phone."""
    told = "".join(text for _, text in getattr(bound.field, "choices", ()))
    return "list" if isinstance(bound.field.widget, forms.RadioSelect) and len(told) > 15 else ""


def _question(field):
    known = {"label": field.label, "required": field.required and not field.when, "help_text": field.hint}
    choices = [(text, text) for text in field.choices] or list(case_rules.CLOSURE_REASONS.items())
    if field.look == "one":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **known)
    if field.look == "many":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **known)
    if field.look == "day":
        return day_field(known.pop("label"), **known, initial=None)
    if field.look == "line":
        return forms.CharField(max_length=field.longest, **known)
    return words(known.pop("label"), rows=field.rows, longest=field.longest, **known)


class GoalForm(forms.Form):
    title = forms.CharField(label="目标", max_length=80, required=False)
    before = forms.CharField(label="起点", max_length=40, required=False)
    now = forms.CharField(label="现在", max_length=40, required=False)
    target = forms.CharField(label="要达到", max_length=40, required=False)


GoalForms = forms.formset_factory(GoalForm, extra=2, max_num=10)


class ReasonForm(forms.Form):
    reason = words("原因", longest=500)


class DecisionForm(forms.Form):
    """The officer's opinion; the acts that send a file back need it."""

    reason = forms.CharField(label="审批意见", max_length=500, required=False)


# --- groups ------------------------------------------------------------------------------------------------------
class GroupForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80)
    purpose = forms.ChoiceField(
        label="类型",
        choices=[(text, text) for text in group_rules.PURPOSES],
        widget=forms.RadioSelect,
        initial=group_rules.PURPOSES[0],
    )
    area = CommunityField(label="社区（村）", queryset=None, empty_label="请选择")
    leader = forms.ModelChoiceField(label="带领社工", queryset=None, empty_label=None)
    members = forms.IntegerField(label="组员人数", min_value=1, max_value=200)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = _communities(contract)
        self.fields["leader"].queryset = Membership.objects.filter(
            organisation_id=contract.provider_id, role__in=WORKERS, is_active=True
        ).select_related("account")


class OpenGroupForm(forms.Form):
    first_session_on = day_field("首次活动日期")
    members = forms.IntegerField(label="实到组员", min_value=1, max_value=200, required=False)


class CloseGroupForm(forms.Form):
    closed_on = day_field("结束日期")
