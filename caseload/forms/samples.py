"""The form that draws a sample for an evaluator."""

from datetime import timedelta

from django import forms

from caseload.forms.fields import day_field
from tenancy import clock
from tenancy.models import Membership


class SampleForm(forms.Form):
    contract = forms.ModelChoiceField(label="合同", queryset=None, empty_label=None)
    organisation = forms.ModelChoiceField(label="评估机构", queryset=None, empty_label="请选择")
    membership = forms.ModelChoiceField(label="评估员", queryset=None, required=False, empty_label="机构内全部评估员")
    count = forms.IntegerField(label="抽取例数", min_value=1, max_value=60, initial=10)
    purpose = forms.CharField(label="用途", max_length=100, initial="末期评估")
    from_day = day_field("起")
    to_day = day_field("止", initial=lambda: clock.today() + timedelta(days=30))

    def __init__(self, *args, contracts, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = contracts
        self.fields["organisation"].queryset = organisations
        people = Membership.objects.filter(organisation__in=organisations, is_active=True).select_related("account", "organisation")  # fmt: skip
        self.fields["membership"].queryset = people
        self.fields["membership"].label_from_instance = lambda one: (
            f"{one.account.name}（{one.organisation.short_name}）"
        )
