"""Forms of handing files over."""

from django import forms

from caseload.forms.fields import words


class HandOverForm(forms.Form):
    receiver = forms.ModelChoiceField(label="接收单位", queryset=None, empty_label="请选择")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = receivers


class DecideForm(forms.Form):
    verdict = forms.ChoiceField(
        label="决定", choices=[("receive", "接收"), ("return", "退回补齐")], widget=forms.RadioSelect, initial="receive"
    )
    reason = words("原因", longest=200, required=False, help_text="退回的写明缺什么")
