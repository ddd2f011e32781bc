"""The shape of what people enter about acceptance."""

from django import forms

from evaluations.queries import acceptance as queries
from evaluations.rules import acceptance as rules


def _day(label, **known):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)


class RequestForm(forms.Form):
    statement = forms.CharField(
        label="乙方说明",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="工作完成情况；还没完成的，写明原因和补齐办法",
    )


class ExpertChoice(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.account.name}（{member.organisation.short_name}）"


class ExpertsChoice(forms.ModelMultipleChoiceField):
    label_from_instance = ExpertChoice.label_from_instance


class ScheduleForm(forms.Form):
    held_on = _day("评审日期")
    place = forms.CharField(label="地点", max_length=80, required=False)
    experts = ExpertsChoice(label="评审专家", queryset=None, widget=forms.CheckboxSelectMultiple)
    lead = ExpertChoice(label="组长", queryset=None, empty_label="请选择")

    def __init__(self, *args, contract, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["experts"].queryset = self.fields["lead"].queryset = queries.posted_experts(contract, on=on)


class SignForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="意见",
        choices=[("1", "同意通过"), ("0", "不同意")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label="说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不同意须写明",
    )


class ConcludeForm(forms.Form):
    result = forms.ChoiceField(
        label="结论", choices=[(rules.PASSED, "通过"), (rules.FAILED, "未通过")], widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label="评审意见",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="未通过须写明要修改什么",
    )
    rework_until = _day("修改期限", required=False, help_text="未通过时填")


class PaperForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80, required=False, help_text="如 评审会签到表、专家组意见")
    upload = forms.FileField(label="文件", help_text="PDF、docx 或照片，20 MB 以内")
