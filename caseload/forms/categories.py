"""The form of a category of the ledger, as the tenant's administrator sets it up."""

import re

from django import forms

from caseload.rules import ledger


class CategorySetupForm(forms.Form):
    label = forms.CharField(label="名称", max_length=40)
    code = forms.CharField(label="代号", max_length=30, help_text="小写字母、数字和下划线，保存后不能改")
    group = forms.CharField(label="类别", max_length=40, help_text="同类的排在一起，如：困境老年人")
    required_fields = forms.MultipleChoiceField(
        label="台账必填项", choices=list(ledger.FIELDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_assistance = forms.BooleanField(label="享受社会救助，登记后列入社会救助名册", required=False)
    counts_as = forms.ChoiceField(label="计数归入", required=False, help_text="指标按另一类别计数时选它")

    def __init__(self, *args, others, is_new, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["counts_as"].choices = [("", "本类别"), *others]
        if not is_new:
            del self.fields["code"]

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", code):
            raise forms.ValidationError("用小写字母开头，只含小写字母、数字和下划线")
        return code

    def clean_required_fields(self):
        """In the ledger's order, whatever order they were sent in."""
        sent = set(self.cleaned_data["required_fields"])
        return [code for code in ledger.FIELDS if code in sent]
