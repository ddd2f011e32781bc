"""Forms of cases."""

from django import forms

from caseload.forms.fields import WORKERS, PersonField, day_field, words
from caseload.forms.scales import ScalesField
from caseload.models import Person
from caseload.rules import cases as case_rules
from caseload.rules import forms as form_rules
from caseload.rules import outcomes
from tenancy.models import Membership


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
        self.kinds = [form_rules.form_of(kind) for kind in kinds]
        if dated:  # what is handed to the subdistrict bears the day on which it is handed in
            self.fields["on"] = day_field(self.kinds[0].day)
        for form in self.kinds:
            for field in form.fields:
                if field.name != "revision" or revising:
                    self.fields[field.name] = _question(field)
        if "scales" in self.fields:
            self.fields["scales"].offered = {row["name"] for row in self.initial.get("scales", ())}
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
        if field.look == "scales":
            return self.fields[field.name].widget.value_from_datadict(self.data, self.files, field.name)
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
    if field.look == "scales":
        return ScalesField(**known)
    if field.look == "number":
        return forms.DecimalField(min_value=0, max_value=field.most, max_digits=7, decimal_places=2, **known)
    if field.look == "line":
        return forms.CharField(max_length=field.longest, **known)
    return words(known.pop("label"), rows=field.rows, longest=field.longest, **known)


class GoalForm(forms.Form):
    title = forms.CharField(label="目标", max_length=80, required=False)
    before = forms.CharField(label="起点", max_length=40, required=False)
    now = forms.CharField(label="现在", max_length=40, required=False)
    target = forms.CharField(label="要达到", max_length=40, required=False)
    degree = forms.ChoiceField(
        label="实现程度", choices=[("", "按数字"), *((word, word) for word in outcomes.DEGREES)], required=False
    )


GoalForms = forms.formset_factory(GoalForm, extra=2, max_num=10)


class DecisionForm(forms.Form):
    """The officer's opinion; the acts that send a file back need it."""

    reason = forms.CharField(label="审批意见", max_length=500, required=False)
