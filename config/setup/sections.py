"""The sections of a contract file as forms: one field for each thing that the file's shape knows, all of them checked by the file's own checks."""

from datetime import date

from django import forms

from config.setup.rules import typed
from contracts.contract_file import FILE, written
from contracts.contract_file.reading import read
from contracts.forms import day_field
from payments.rules.clock import STARTS
from payments.rules.conditions import TRIGGERS
from tenancy.models import Area, Organisation

# In the order of a contract; indicators and activity kinds have pages of their own.
EDITED = (
    "contract", "procurement", "parties", "areas", "price_lines", "cost_shares", "payment_terms", "phases", "deadlines", "required_documents", "reports", "staffing", "acceptance",
    "evaluations", "penalties", "obligations", "termination", "debarment", "other_terms", "readings", "parameters", "labels",
)  # fmt: skip
# What has pages of its own, and what no person writes.
ELSEWHERE = ("format", "activity_kinds", "indicators")
TITLES = {"contract": "基本信息", "labels": "代号的名称", "parties": "双方", "areas": "服务地区"}
# What is decided elsewhere: the code names the contract, the state follows from both sides' confirmation.
FIXED = {"contract": ("code", "state")}
WORDS = {
    "working_days": "个工作日", "calendar_days": "日", "months": "个月", "before": "先票后款", "with": "等额发票", "none": "不要求", "purchaser": "甲方", "provider": "乙方",
    "both": "双方", "evaluator": "第三方", "pass_fail": "通过或不通过", "score": "评分", "occurrence": "每次", "day": "每日", "occurrence_or_day": "每次或每日",
    "month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年", "contract": "合同", "system": "系统默认", "passed": "通过", "failed": "未通过",
    "rectification_failed": "整改未通过", "spot_check": "抽查", "midterm": "中期", "annual": "年度", "final": "期末", "third_party": "第三方评估", "both_sides": "双方",
}  # fmt: skip
TRIGGER_WORDS = {
    "contract_signed": "合同签订", "indicators_complete": "指标全部达标", "documents_delivered": "成果材料已交", "acceptance_passed": "验收通过", "midterm_passed": "中期评估通过",
    "annual_passed": "年度评估通过", "final_passed": "期末评估通过", "served_3_months": "服务满 3 个月", "served_6_months": "服务满 6 个月", "term_over": "服务期满",
}  # fmt: skip
AS_WORDS = ("words", "rows", "part", "tuples", "map", "areas", "list")


def title_of(name):
    """What a section is called."""
    return TITLES.get(name) or FILE.fields[name].label


def known_sections():
    """The sections that the file format has, in the order of the pages; what this list does not know yet comes last."""
    known = [name for name in EDITED if name in FILE.fields]
    return [*known, *(name for name in FILE.fields if name not in (*known, *ELSEWHERE))]


def told(value):
    """How much a section holds: 7 项, 已填, 未填."""
    if isinstance(value, list):
        return f"{len(value)} 项" if value else "未填"
    return "已填" if value else "未填"


class SectionForm(forms.Form):
    """A section, or one entry of it. Nothing is refused here: the file's checks see all sections at once and tell all faults."""

    use_required_attribute = False

    def __init__(self, *args, spec, fixed=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.spec, self.initial = spec, dict(self.initial)
        for name, part in spec.fields.items():
            if name not in fixed:
                self.fields[name] = _control(name, part)
                if name in self.initial:
                    self.initial[name] = _shown(self.initial[name], part)

    def clean(self):
        for name, part in self.spec.fields.items():
            text = self.cleaned_data.get(name)
            if part.kind in AS_WORDS and text and read(f"it:\n{_indented(text)}").faults:
                self.add_error(name, "读不下去：核对缩进、冒号后的空格、括号和引号")
        return self.cleaned_data

    @property
    def value(self):
        """What was entered, without what is empty, as the file holds it."""
        found = {name: _value(self.cleaned_data.get(name), part) for name, part in self.spec.fields.items()}
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _control(name, part):
    label = part.label or name
    known = {"label": label, "required": False, "label_suffix": ""}
    if name == "triggers":
        choices = [(code, TRIGGER_WORDS.get(code, code)) for code in TRIGGERS]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **known)
    if name == "due_from":
        return forms.ChoiceField(choices=[("", "—"), *STARTS.items()], **known)
    if part.kind == "choice":
        choices = [(code, WORDS.get(code, code)) for code in part.choices]
        return forms.ChoiceField(choices=[("", "—"), *choices], **known)
    if part.kind == "boolean":
        return forms.BooleanField(**known)
    if part.kind == "date":
        return day_field(label, required=False)
    if part.kind in AS_WORDS:
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"}), **known
        )
    is_long = part.kind == "text" and (not part.limit or part.limit > 120)
    widget = forms.Textarea(attrs={"rows": 2}) if is_long else forms.TextInput()
    hint = {"share": "70% 写成 0.70", "texts": "用顿号隔开"}.get(part.kind, "")
    return forms.CharField(widget=widget, help_text=hint, **known)


def _shown(value, part):
    if part.kind in AS_WORDS:
        return _as_words(value)
    if part.kind == "texts" and isinstance(value, list) and "due_from" not in part.fields:
        return value if _is_triggers(part) else "、".join(value)
    return value


def _is_triggers(part):
    return part.label == "付款条件"


def _as_words(value):
    """A nested value as a file writes it."""
    if not value:
        return ""
    text = written({"it": value}, "")
    head, _, rest = text.partition("\n")
    inline = head.removeprefix("it:").strip()
    return inline or "\n".join(line.removeprefix("  ") for line in rest.rstrip().split("\n"))


def _indented(text):
    return "\n".join(f"  {line}" for line in text.splitlines())


def _value(given, part):
    if part.kind == "boolean":
        return given or None
    if given in (None, "", []):
        return None
    if part.kind in AS_WORDS:
        return read(f"it:\n{_indented(given)}").data.get("it")
    if part.kind == "texts":
        return list(given) if isinstance(given, list) else [one.strip() for one in given.split("、") if one.strip()]
    if part.kind in ("money", "decimal", "share", "integer"):
        return typed(given.replace(",", ""))
    return given if isinstance(given, date) else given.strip()


class EntryForm(SectionForm):
    """One entry of a list section; an entry that holds nothing is none."""

    gone = forms.BooleanField(label="删去这一条", required=False)

    @property
    def is_kept(self):
        return bool(self.value) and not self.cleaned_data.get("gone")


def entries_form(spec):
    """The form set of a list section, with one empty entry more than there are."""
    return forms.formset_factory(EntryForm, extra=1, max_num=200)


class PartiesForm(forms.Form):
    """The two sides: the purchaser is the bureau itself, the provider one of its agencies."""

    use_required_attribute = False

    provider = forms.ModelChoiceField(label="乙方", queryset=None, required=False, empty_label="尚未确定")
    agent = forms.CharField(label="采购代理机构", max_length=100, required=False)

    def __init__(self, *args, present, **kwargs):
        self.present = present
        name = present.get("provider", {}).get("name")
        providers = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER)
        initial = {"provider": providers.filter(name=name).first(), "agent": present.get("agent", {}).get("name", "")}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["provider"].queryset = providers

    @property
    def value(self):
        """The section, with what the file says of a party beside its name as long as it is the same party."""
        made = {"purchaser": self.present["purchaser"]}
        provider, agent = self.cleaned_data["provider"], self.cleaned_data["agent"].strip()
        if provider:
            before = self.present.get("provider", {})
            made["provider"] = (
                before
                if before.get("name") == provider.name
                else {"name": provider.name, "short_name": provider.short_name}
            )
        if agent:
            before = self.present.get("agent", {})
            made["agent"] = before if before.get("name") == agent else {"name": agent}
        return made


class AreasForm(forms.Form):
    """The streets and towns that the contract serves, with their communities."""

    use_required_attribute = False

    streets = forms.ModelMultipleChoiceField(
        label="街道（乡镇）", queryset=None, widget=forms.CheckboxSelectMultiple, required=False
    )
    clause = forms.CharField(label="条款", max_length=120, required=False)
    clause_text = forms.CharField(label="原文", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(label="出处", max_length=120, required=False)

    def __init__(self, *args, present, **kwargs):
        names = [(district, street) for district, rows in present.get("districts", {}).items() for street in rows]
        streets = Area.objects.filter(level=Area.Level.STREET).select_related("parent").order_by("sort", "id")
        chosen = [street.pk for street in streets if (street.parent.name, street.name) in names]
        said = {name: present.get(name, "") for name in ("clause", "clause_text", "source")}
        super().__init__(*args, initial=said | {"streets": chosen}, **kwargs)
        self.fields["streets"].queryset = streets

    @property
    def value(self):
        """The section as the file holds it; empty without a street."""
        streets = list(self.cleaned_data["streets"])
        if not streets:
            return {}
        said = {
            name: self.cleaned_data[name] for name in ("clause", "clause_text", "source") if self.cleaned_data[name]
        }
        return said | {"districts": area_tree(streets)}


def area_tree(streets):
    """Streets as a contract file lists them: {district: {street: [community, …]}}; one statement for the communities."""
    below = {street.pk: [] for street in streets}
    for area in Area.objects.filter(level=Area.Level.COMMUNITY, parent__in=streets).order_by("sort", "id"):
        below[area.parent_id].append(area.name)
    tree = {}
    for street in streets:
        tree.setdefault(street.parent.name, {})[street.name] = below[street.pk]
    return tree
