"""Forms of groups."""

from django import forms

from caseload.forms.fields import WORKERS, CommunityField, communities_of, day_field
from caseload.rules import groups as group_rules
from tenancy.models import Membership


class GroupForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80)
    purpose = forms.ChoiceField(
        label="类型",
        choices=[(text, text) for text in group_rules.PURPOSES],
        widget=forms.RadioSelect,
        initial=group_rules.PURPOSES[0],
    )
    area = CommunityField(label="社区（村）", queryset=None, empty_label="请选择")
    leader = forms.ModelChoiceField(label="带领社工", queryset=None, empty_label=None)
    members = forms.IntegerField(label="组员人数", min_value=1, max_value=200)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities_of(contract)
        self.fields["leader"].queryset = Membership.objects.filter(
            organisation_id=contract.provider_id, role__in=WORKERS, is_active=True
        ).select_related("account")


class OpenGroupForm(forms.Form):
    first_session_on = day_field("首次活动日期")
    members = forms.IntegerField(label="实到组员", min_value=1, max_value=200, required=False)


class CloseGroupForm(forms.Form):
    closed_on = day_field("结束日期")
