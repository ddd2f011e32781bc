"""The shape of what people enter when they set a contract up: how it begins, what an indicator counts, what they object to."""

from django import forms

from config.setup import rules
from contracts.contract_file.reading import LIMIT, read
from contracts.forms import day_field
from services.indicators.words import FORCES
from tenancy.models import Area, Organisation

FORCE_WORDS = {"hard": "合同指标，影响付款", "plan": "计划指标，不单独影响付款", "soft": "仅报告"}
COUNTS = [
    ("rows", "条数（次、场、个）"),
    ("distinct", "不重复的对象"),
    ("sum", "某个数字的合计"),
    ("mean", "某个数字的平均"),
    ("share", "符合计入条件的比例"),
    ("", "按下方“其余的词”"),
]
TARGETS = [("", "没有总数要求，或按下方“其余的词”"), *rules.OPS.items(), ("none", "只报告，不设达标线")]
ROLES = [("gate", "计入条件"), ("where", "范围")]


def text_area(rows, **attributes):
    return forms.Textarea(attrs={"rows": rows, **attributes})


class ReadingForm(forms.Form):
    """One indicator: what both sides read out of a clause, in controls for the usual shapes and in words for the rest."""

    use_required_attribute = False

    id = forms.CharField(label="代号", max_length=30, help_text="字母、数字、点、横线，如 QH01-03")
    zh = forms.CharField(label="名称", max_length=80)
    force = forms.ChoiceField(label="性质", choices=[(code, FORCE_WORDS[code]) for code in FORCES])
    clause = forms.CharField(label="条款", max_length=120, required=False, help_text="如 附件1 第5项")
    clause_text = forms.CharField(label="条款原文", required=False, widget=text_area(3), help_text="逐字抄录，不改写")
    source = forms.CharField(label="出处", max_length=120, required=False)
    of = forms.ChoiceField(label="数什么", required=False)
    count = forms.ChoiceField(label="怎么数", choices=COUNTS, required=False)
    count_keys = forms.MultipleChoiceField(
        label="同一对象只计一次", required=False, widget=forms.CheckboxSelectMultiple
    )
    count_field = forms.ChoiceField(label="哪个数字", required=False)
    target_op = forms.ChoiceField(label="比较", choices=TARGETS, required=False)
    target = forms.CharField(label="目标", max_length=40, required=False)
    unit = forms.CharField(label="单位", max_length=20, required=False, help_text="户、场、%")
    areas = forms.CharField(label="每个街道（乡镇）不少于", max_length=40, required=False)
    within_from = day_field("计量期起", required=False, help_text="不填为合同期")
    within_to = day_field("计量期止", required=False)
    papers = forms.MultipleChoiceField(label="须有的材料", required=False, widget=forms.CheckboxSelectMultiple)
    approved = forms.MultipleChoiceField(label="须有的批准", required=False, widget=forms.CheckboxSelectMultiple)
    each = forms.ChoiceField(label="名册上的每个对象", required=False)
    each_present = forms.ChoiceField(label="对象", required=False)
    every = forms.MultipleChoiceField(label="每个周期", required=False, widget=forms.CheckboxSelectMultiple)
    reach_op = forms.ChoiceField(label="每一格", choices=[("", "不分格"), *rules.OPS.items()], required=False)
    reach = forms.CharField(label="要求", max_length=40, required=False)
    words = forms.CharField(
        label="其余的词",
        required=False,
        widget=text_area(6, spellcheck="false", **{"class": "mono"}),
        help_text="over、apart、part_of、papers、has、listed、any、pay 等，按指标词汇书写",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, vocabulary, **kwargs):
        super().__init__(*args, **kwargs)
        self.sources = vocabulary.sources
        self.fields["of"].choices = [("", "按下方“其余的词”"), *vocabulary.sources]
        self.fields["count_keys"].choices = vocabulary.keys
        self.fields["count_field"].choices = [("", "—"), *vocabulary.numbers]
        self.fields["papers"].choices = vocabulary.papers
        self.fields["approved"].choices = vocabulary.approvals
        self.fields["each"].choices = [("", "不逐个要求"), *vocabulary.registers]
        self.fields["every"].choices = vocabulary.periods
        self.fields["each_present"].choices = [("start", "期初在册"), ("whole", "整期在册"), ("any", "期内在册")]
        for source, word in vocabulary.sources:
            if vocabulary.kinds.get(source):
                self.fields[f"kinds_{source}"] = forms.MultipleChoiceField(
                    label=f"哪些{word}",
                    choices=vocabulary.kinds[source],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    help_text="都不选，为全部",
                )
        self._keep_unknown()

    def _keep_unknown(self):
        """Codes that a saved reading uses and the tenant has no word for stay choosable, so that saving loses nothing."""
        for name, value in self.initial.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField) and value:
                known = {code for code, _ in field.choices}
                values = value if isinstance(value, list) else [value]
                field.choices = [*field.choices, *((one, one) for one in values if one not in known)]

    @property
    def kind_fields(self):
        """[(source, bound field)]: the kinds of each source that has some."""
        return [(source, self[f"kinds_{source}"]) for source, _ in self.sources if f"kinds_{source}" in self.fields]

    def clean_words(self):
        text = self.cleaned_data["words"]
        self.rest = {}
        if text.strip():
            document = read(text)
            if document.faults:
                raise forms.ValidationError(
                    [f"第 {fault.line} 行：{fault.message}。{fault.mend}" for fault in document.faults]
                )
            self.rest = document.data
        return text

    def clean(self):
        if bool(self.cleaned_data.get("within_from")) != bool(self.cleaned_data.get("within_to")):
            self.add_error("within_to", "起止都填，或都不填")
        return self.cleaned_data


class ConditionForm(forms.Form):
    """One simple condition: of which rows are spoken, or what makes one count."""

    use_required_attribute = False

    role = forms.ChoiceField(label="作用", choices=ROLES)
    field = forms.ChoiceField(label="字段", required=False)
    op = forms.ChoiceField(label="比较", choices=rules.CONDITION_OPS.items())
    value = forms.CharField(label="值", required=False, max_length=200)

    def __init__(self, *args, fields=(), **kwargs):
        # A row that was sent as it stood still is a condition; an empty one is valid and none.
        super().__init__(*args, **kwargs | {"empty_permitted": False})
        used = self.initial.get("field")
        known = [("", "—"), *fields]
        self.fields["field"].choices = known if not used or used in dict(known) else [*known, (used, used)]
        for name, bound in self.fields.items():
            bound.widget.attrs |= {"class": "inp", "aria-label": bound.label}
            if name == "value":
                bound.widget.attrs["list"] = "codes"

    def clean(self):
        data = self.cleaned_data
        if data.get("field") and data.get("op") not in ("given", "missing") and not data.get("value", "").strip():
            self.add_error("value", "填写比较的值")
        return data


ConditionFormSet = forms.formset_factory(ConditionForm, extra=2, max_num=40)


class ObjectionForm(forms.Form):
    """Why a reading is not what was agreed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="异议", max_length=400, widget=text_area(4), help_text="写明哪里与条款不一致")


def providers(label, **known):
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        **{"empty_label": "尚未确定", "required": False, **known},
    )


class StartForm(forms.Form):
    """What every beginning asks: which contract it is, with whom, for how long."""

    use_required_attribute = False

    code = forms.CharField(label="合同代号", max_length=20, help_text="本单位内不重复，如 QH02")
    title = forms.CharField(label="合同名称", max_length=200)
    short_title = forms.CharField(label="简称", max_length=60)
    provider = providers("乙方")
    signed_on = day_field("签订日期", required=False)
    starts_on = day_field("服务期起", required=False)
    ends_on = day_field("服务期止", required=False)
    delivery_deadline = day_field("完成时限", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER)


class PatternForm(StartForm):
    """A contract after a library file: the pattern's parties, term and areas give way to one's own."""

    streets = forms.ModelMultipleChoiceField(
        label="服务地区",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="不选则用范本中的地区",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["streets"].queryset = Area.objects.filter(level=Area.Level.STREET).order_by("sort", "id")


class UploadForm(forms.Form):
    """A contract file in the format of docs/contract-file.md."""

    file = forms.FileField(label="合同文件（YAML）", help_text="1 MB 以内；有错会逐行列出，不会载入一半")
    provider = providers("乙方", empty_label="按文件")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LIMIT:
            raise forms.ValidationError("文件超过 1 MB")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("不是 UTF-8 文本，另存为 UTF-8 后再传") from error
