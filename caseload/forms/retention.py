"""Forms of keeping and destroying files."""

from django import forms

from caseload.forms.fields import words
from caseload.models import RetentionClass


class YearsForm(forms.Form):
    code = forms.ChoiceField(label="档案", choices=RetentionClass.Code.choices)
    years = forms.IntegerField(label="保存年数", min_value=1, max_value=100)
    basis = forms.CharField(label="依据", max_length=120)


class KeepingForm(forms.Form):
    """What is done with one family's file, and why."""

    ACTS = (("propose", "申请销毁"), ("hold", "暂缓销毁"), ("lift", "恢复按期销毁"), ("withdraw", "撤回申请"))

    act = forms.ChoiceField(choices=ACTS, widget=forms.HiddenInput)
    reason = words("理由", longest=200, required=False)


class ErasureForm(forms.Form):
    """The second person's decision; a file is destroyed for good."""

    verdict = forms.ChoiceField(
        label="决定", choices=[("approve", "批准销毁"), ("refuse", "不予销毁")], widget=forms.RadioSelect
    )
    decision = words("意见", longest=200, required=False)
