"""The shape of what people enter about contracts."""

from django import forms

from contracts import queries
from contracts.models import StaffPost
from contracts.rules import choice_told
from tenancy.permissions import ROLES


def day_field(label, **known):
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **known)


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.account.name}（{member.organisation.short_name} {member.get_role_display()}）"


class StaffPostForm(forms.Form):
    """Somebody takes up a post: with an account of the system, or by name alone."""

    side = forms.ChoiceField(label="一方", choices=StaffPost.Side.choices, widget=forms.RadioSelect)
    post = forms.ChoiceField(label="岗位")
    membership = MemberField(
        label="系统账号", queryset=None, required=False, empty_label="没有账号", help_text="有账号的，以账号姓名登记"
    )
    name = forms.CharField(label="姓名", max_length=40, required=False, help_text="没有账号时填写")
    kind = forms.ChoiceField(
        label="类别",
        choices=StaffPost.Kind.choices,
        initial=StaffPost.Kind.PROJECT,
        widget=forms.RadioSelect,
        help_text="机构人员：不在本项目任职，合同要求机构具备的人员",
    )
    from_day = day_field("到岗日期")

    def __init__(self, *args, contract, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", "请选择"), *queries.labels("post").items()]
        self.fields["membership"].queryset = queries.postable(contract, member)
        if ROLES[member.role].side == "provider":
            self.fields["side"].choices = [("provider", "乙方")]
            self.fields["side"].initial = "provider"

    def clean(self):
        if not self.cleaned_data.get("membership") and not self.cleaned_data.get("name"):
            self.add_error("name", "选择系统账号，或填写姓名")
        return self.cleaned_data


class EndPostForm(forms.Form):
    on = day_field("离岗日期")


class GrantForm(forms.Form):
    """Another organisation may read the contract's service data."""

    organisation = forms.ModelChoiceField(label="组织", queryset=None, empty_label="请选择")
    reason = forms.CharField(label="依据", max_length=200, help_text="如 区级中心指导街道中心，合同第几条")
    from_day = day_field("起")
    to_day = day_field("止", required=False)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = queries.grantable(contract)


class DecisionForm(forms.Form):
    """How an unclear place of the contract is handled."""

    choice = forms.ChoiceField(label="处理", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="依据",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如 局长办公会纪要、补充协议编号",
    )

    def __init__(self, *args, reading, **kwargs):
        super().__init__(*args, **kwargs)
        # JSON keeps no order: what holds meanwhile comes first.
        self.fields["choice"].choices = sorted(
            ((code, choice_told(word, reading.sets.get(code, {}))) for code, word in reading.choices.items()),
            key=lambda choice: choice[0] != reading.default,
        )
        self.fields["choice"].initial = reading.decision or reading.default


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
