"""Forms of the requests to open a child's values."""

from django import forms

from caseload.forms.fields import PURPOSES, words
from caseload.rules import disclosure as rules


class AskForm(forms.Form):
    """One field of one child: what for, and why it must be opened."""

    field = forms.ChoiceField(label="查看项", widget=forms.RadioSelect)
    purpose = forms.ChoiceField(
        label="用途", choices=[(text, text) for text in PURPOSES], widget=forms.RadioSelect, initial=PURPOSES[0]
    )
    reason = words("理由", longest=200, help_text="写明为什么必须查看；不要写姓名、证件号码")

    def __init__(self, *args, fields, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = list(fields.items())

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if len(reason) < rules.REASON_LEAST:
            raise forms.ValidationError(f"至少 {rules.REASON_LEAST} 个字")
        return reason


class ApproveForm(forms.Form):
    """How long an approval holds; it opens the value once."""

    days = forms.TypedChoiceField(
        label="有效期", coerce=int, choices=list(rules.TERMS.items()), widget=forms.RadioSelect, initial=1
    )
    decision = words("意见", longest=200, required=False)
