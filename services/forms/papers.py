"""Shapes of input for papers handed over, and for questionnaires."""

from django import forms

from services.forms.records import picker


class DeliverForm(forms.Form):
    """A paper handed to the purchaser."""

    kind = forms.ChoiceField(label="材料类型")
    title = forms.CharField(label="名称", max_length=120)
    on = forms.DateField(label="提交日期", widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date")))
    file = forms.FileField(label="文件", required=False, help_text="PDF、docx、xlsx 或照片，20 MB 以内。纸质原件可不传")

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds


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
