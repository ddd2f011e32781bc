"""Shapes of input for papers handed over, and for questionnaires."""

from datetime import date

from django import forms

from services.forms.asking import AskingForm
from services.forms.records import picker


class DeliverForm(AskingForm):
    """A paper of one kind handed to the purchaser, with the period, area, enclosures and facts that the contract asks for."""

    title = forms.CharField(label="名称", max_length=120)
    on = forms.DateField(label="提交日期", widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date")))
    file = forms.FileField(label="文件", required=False, help_text="PDF、docx、xlsx 或照片，20 MB 以内。纸质原件可不传")

    def __init__(self, *args, contract, periods=(), **kwargs):
        super().__init__(*args, **kwargs)
        if periods:
            self.fields["period"] = forms.ChoiceField(label="所属周期", choices=[("", "请选择"), *periods])
        if self.wanted.by_area:
            self.add_area(contract)
        if "area" in self.fields:
            self.fields["area"].required = True
        if self.wanted.papers:
            self.fields["papers"] = forms.MultipleChoiceField(
                label="随附材料", choices=self.wanted.papers, required=False, widget=forms.CheckboxSelectMultiple
            )
        self.order_fields(["period", "area", "title", "on"])

    def covered(self):
        """{"covers", "covers_from"} of the chosen period."""
        covers, _, first = self.cleaned_data.get("period", "").partition(":")
        return {"covers": covers, "covers_from": date.fromisoformat(first) if first else None}


class AnswerForm(forms.Form):
    """One questionnaire of a served person."""

    satisfied = forms.TypedChoiceField(
        label="是否满意",
        choices=[("1", "满意"), ("0", "不满意")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    score = forms.DecimalField(
        label="评分",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="问卷上有分数时填",
    )
    day = forms.DateField(label="填写日期", widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date")))
