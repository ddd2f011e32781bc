"""Shapes of input for monthly reports."""

from django import forms

from contracts.models import Contract
from services.rules import reports as report_rules


class ReportFilter(forms.Form):
    """What the list of monthly reports is narrowed by."""

    contract = forms.ModelChoiceField(label="合同", queryset=None, required=False, empty_label="全部合同")
    state = forms.ChoiceField(label="状态", required=False)

    def __init__(self, *arguments, contracts, **options):
        super().__init__(*arguments, **options)
        self.fields["contract"].queryset = Contract.objects.filter(pk__in=[contract.pk for contract in contracts])
        self.fields["state"].choices = [("", "全部状态"), *report_rules.STATE_LABELS.items()]


class ReturnReportForm(forms.Form):
    """Why a monthly report goes back, and by when it comes again."""

    reason = forms.CharField(
        label="意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "写明要改什么"},
    )
    mend_by = forms.DateField(
        label="修改期限",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "填修改期限", "invalid": "日期写成 2024-11-22"},
    )
