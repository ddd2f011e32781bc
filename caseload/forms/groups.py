"""Forms of groups."""

from django import forms

from caseload.forms.fields import WORKERS, CommunityField, NameForm, communities_of, day_field
from caseload.models import Person
from caseload.rules import groups as group_rules
from caseload.rules.people import normal_name
from tenancy import keys
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


class MemberForm(NameForm):
    """Somebody joins a group; with the number of their household they are linked to the person on the ledger."""

    household = forms.CharField(
        label="户编号",
        max_length=30,
        required=False,
        help_text="在台账上的填户编号，姓名须和台账一致；不在台账上的不填",
    )
    joined_on = day_field("加入日期")

    def __init__(self, *args, households, **kwargs):
        super().__init__(*args, **kwargs)
        self._households = households

    def clean(self):
        """Look the person up on the ledger, where a household was named."""
        known = super().clean()
        number, name = known.pop("household", "").strip(), normal_name(known.get("name", ""))
        known["person"] = None
        if number and name:
            people = Person.objects.filter(household__in=self._households.filter(number=number).values("pk"))
            known["person"] = people.filter(name_index=keys.blind_index(name)).select_related("household").first()
            if known["person"] is None:
                self.add_error("household", "台账的这一户里没有这个姓名")
        return known


class LeaveGroupForm(forms.Form):
    on = day_field("退出日期")
