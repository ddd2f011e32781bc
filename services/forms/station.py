"""Shapes of input at a rescue station: the questions of a form as data, and the values that are kept beside them."""

from django import forms

from caseload.models import Stay, Tracing
from caseload.rules import station as rules
from caseload.rules.station.file import SCANS
from services.forms.asking import day_field, moment_field
from tenancy.models import Membership

CARERS = ("social_worker", "agency_manager", "on_site_clerk")
FILE_HELP = "照片或 PDF，20 MB 以内"


def _words(label, *, rows=2, longest=1000, **known):
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **known)


def _file(label, **known):
    return forms.FileField(label=label, required=False, help_text=known.pop("help_text", FILE_HELP), **known)


def _question(field):
    known = {"label": field.label, "required": field.required and not field.when, "help_text": field.hint}
    choices = [(text, text) for text in field.choices]
    if field.look == "one":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **known)
    if field.look == "many":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **known)
    if field.look == "day":
        return day_field(known.pop("label"), **known)
    if field.look == "line":
        return forms.CharField(max_length=field.longest, **known)
    return _words(known.pop("label"), rows=field.rows, longest=field.longest, **known)


class StayForm(forms.Form):
    """A form of the file: what is kept of its own first (`heads`), then the questions of caseload.rules.station.FORMS."""

    kind = ""
    heads = ()
    tails = ("file",)

    def __init__(self, *args, kind="", **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind or self.kind
        self.form = rules.FORMS.get(self.kind)
        for field in self.form.fields if self.form else ():
            self.fields[field.name] = _question(field)

    def clean(self):
        """A question that stands only with another's answer is asked then."""
        for field in self.form.fields if self.form else ():
            if field.when and self.cleaned_data.get(field.when[0]) == field.when[1] and not self.cleaned_data.get(field.name):  # fmt: skip
                self.add_error(field.name, "这个字段是必填项。")
        return self.cleaned_data

    def answers(self):
        """{question: answer} of the form's own questions."""
        return {field.name: self.cleaned_data.get(field.name) for field in self.form.fields}

    def sections(self):
        """[(title, [(bound field, look)])] as the page shows them."""
        shown = [(title, [(self[name], _look(self[name])) for name in names if name in self.fields]) for title, names in self.heads]  # fmt: skip
        shown += [
            (section.title, [(self[field.name], _look(self[field.name])) for field in section.fields])
            for section in (self.form.sections if self.form else ())
        ]
        tail = [(self[name], "") for name in self.tails if name in self.fields]
        return [part for part in [*shown, ("附件", tail)] if part[1]]


def _look(bound):
    """Chips where several may be chosen, or where the choices would not stand side by side on a phone."""
    if isinstance(bound.field.widget, forms.CheckboxSelectMultiple):
        return "chips"
    told = "".join(str(text) for _, text in getattr(bound.field, "choices", ()))
    return "chips" if isinstance(bound.field.widget, forms.RadioSelect) and len(told) > 15 else ""


class PersonForm(StayForm):
    """Who somebody is, as far as it is known."""

    PERSON = ("name", "id_number", "sex", "birth_date", "estimated_age", "phone", "native_place")

    name = forms.CharField(label="姓名", max_length=40, required=False, help_text="不详就不填")
    id_number = forms.CharField(label="身份证号", max_length=18, required=False)
    sex = forms.ChoiceField(label="性别", choices=Stay.Sex.choices, widget=forms.RadioSelect, required=False)
    birth_date = day_field("出生日期", required=False, help_text="有身份证号时自动得出")
    estimated_age = forms.IntegerField(label="估计年龄", min_value=0, max_value=120, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    native_place = forms.CharField(label="户籍地", max_length=80, required=False)
    kin = _words("亲属及联系方式", longest=300, required=False)

    def person(self):
        """{field: value} of the person, as the actions take it."""
        names = (*self.PERSON, "kin", "features", "belongings")
        return {name: self.cleaned_data.get(name) for name in names}


class _ArrivalForm(PersonForm):
    sex = forms.ChoiceField(label="性别", choices=Stay.Sex.choices, widget=forms.RadioSelect)
    arrival = forms.ChoiceField(label="来站方式", choices=Stay.Arrival.choices, widget=forms.RadioSelect)
    asked_at = moment_field("求助时间", help_text="首次接到求助的时间")
    features = _words("体貌特征", longest=300, required=False, help_text="身份不详时必填：身高、口音、伤疤、衣着")
    belongings = _words("随身物品", longest=300, required=False)


class AdmissionForm(_ArrivalForm):
    """求助登记表."""

    kind = "admission"
    heads = (
        ("来站", ("arrival", "asked_at", "admitted_at", "room", "bed")),
        ("求助人", (*PersonForm.PERSON, "features", "kin", "belongings")),
    )
    tails = ("proof", "file")

    admitted_at = moment_field("入站时间")
    room = forms.ModelChoiceField(label="宿舍", queryset=None, required=False, empty_label="未分配")
    bed = forms.CharField(label="床位", max_length=10, required=False)
    proof = _file("首次响应截图或登记凭证")
    file = _file("求助人签字的登记表")

    def __init__(self, *args, rooms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = rooms


class RefusalForm(_ArrivalForm):
    """不予救助通知书."""

    kind = "refusal"
    heads = (("求助", ("arrival", "asked_at")), ("求助人", (*PersonForm.PERSON, "features")))
    file = _file("送达的通知书")


class IdentityForm(PersonForm):
    """身份查明登记."""

    kind = "identity"
    heads = (("身份", ("found_at", *PersonForm.PERSON, "kin")),)
    tails = ()
    found_at = moment_field("查明时间")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["estimated_age"]
        for name in ("name", "id_number"):
            self.fields[name].required, self.fields[name].help_text = True, ""


class AssessmentForm(StayForm):
    """首次沟通评估表."""

    kind = "assessment"
    heads = (("时间", ("started_at", "done_at")),)
    started_at = moment_field("开始")
    done_at = moment_field("结束", help_text="入站后 24 小时内完成")
    file = _file("签字的评估表")

    def clean(self):
        data = super().clean()
        if data.get("started_at") and data.get("done_at") and data["done_at"] <= data["started_at"]:
            self.add_error("done_at", "结束须晚于开始")
        return data


class CarerForm(StayForm):
    carer = forms.ModelChoiceField(label="专人照料", queryset=None, required=False, empty_label="不指定")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        people = Membership.objects.filter(
            organisation_id=contract.provider_id, role__in=CARERS, is_active=True
        ).select_related("account")
        self.fields["carer"].queryset = people
        self.fields["carer"].label_from_instance = lambda row: row.account.name


class PlanForm(CarerForm):
    """个性化照料方案."""

    kind = "care_plan"
    tails = ("carer",)


class NeedsForm(CarerForm):
    """What care somebody needs, and who gives it."""

    heads = (("照料需求", ("needs", "carer")),)
    tails = ()
    needs = forms.MultipleChoiceField(
        label="需求", choices=list(rules.NEEDS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )


class BedForm(StayForm):
    heads = (("床位", ("room", "bed")),)
    tails = ()
    room = forms.ModelChoiceField(label="宿舍", queryset=None, required=False, empty_label="未分配")
    bed = forms.CharField(label="床位", max_length=10, required=False)

    def __init__(self, *args, rooms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = rooms


class TracingForm(StayForm):
    """寻亲记录."""

    kind = "tracing_record"
    heads = (("寻亲", ("channel", "started_at", "minutes", "published_at", "result")),)
    channel = forms.ChoiceField(label="寻亲方式", choices=Tracing.Channel.choices, widget=forms.RadioSelect)
    started_at = moment_field("开始")
    minutes = forms.IntegerField(label="用时（分钟）", min_value=1, max_value=600, initial=20)
    published_at = moment_field("公告发布时间", required=False, help_text="入站 24 小时内发布；没有发布就不填")
    result = forms.ChoiceField(label="结果", choices=Tracing.Result.choices, widget=forms.RadioSelect)
    file = _file("查询截图或回函")


class SettlingForm(StayForm):
    """落户安置事项记录."""

    kind = "settlement_papers"
    heads = (("日期", ("on",)),)
    on = day_field("办理日期")
    file = _file("附件材料")


class LeavingForm(StayForm):
    """Who wants to go or is to go, and how."""

    heads = (("离站", ("way", "asked_at", "receiver")),)
    tails = ()
    way = forms.ChoiceField(
        label="离站方式", choices=[row for row in Stay.Way.choices if row[0] != "settled"], widget=forms.RadioSelect
    )
    asked_at = moment_field("提出时间", help_text="本人提出或救助站决定的时间，离站手续从这时计时")
    receiver = forms.CharField(label="接收机构", max_length=80, required=False, help_text="移交接收机构的必填")


class DischargeForm(StayForm):
    """在站服务及离站登记表."""

    kind = "discharge_form"
    heads = (("离站", ("left_at",)),)
    tails = ("ticket_copy",)
    left_at = moment_field("离站时间")
    ticket_copy = _file("车票凭证", help_text="返乡车票已落实的必附")


class DatedForm(StayForm):
    """A form of its own: its day, its questions, a signed copy."""

    heads = (("日期", ("on",)),)
    on = day_field("日期")
    file = _file("签字件")


class ReasonForm(StayForm):
    heads = (("", ("reason",)),)
    reason = _words("原因", rows=3, longest=400)


class ReturnPlanForm(StayForm):
    """Why a plan comes back, and whether it is because it doesn't fit."""

    heads = (("退回", ("is_unfit", "reason")),)
    is_unfit = forms.ChoiceField(
        label="退回原因", choices=[("1", "与实际需求不符"), ("0", "其他")], widget=forms.RadioSelect
    )
    reason = _words("要改什么", rows=3, longest=400)


class RevealForm(forms.Form):
    """What is looked at, and what for."""

    PURPOSES = ("寻亲比对", "联系本人或家属", "办理离站手续", "核对身份")

    field = forms.CharField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label="用途", choices=[(text, text) for text in PURPOSES], widget=forms.RadioSelect, initial=PURPOSES[0]
    )
    detail = forms.CharField(label="说明", max_length=60, required=False)

    def told(self):
        """The purpose as it is kept."""
        return "，".join(filter(None, (self.cleaned_data["purpose"], self.cleaned_data["detail"].strip())))


class ScanForm(StayForm):
    """A paper that is handed in as it is."""

    heads = (("材料", ("paper", "on", "scan")),)
    tails = ()
    paper = forms.ChoiceField(label="种类", choices=list(SCANS.items()), widget=forms.RadioSelect)
    on = day_field("日期")
    scan = forms.FileField(label="文件", help_text=FILE_HELP)
