"""The shape of what people enter about a change of the project lead."""

from django import forms

from evaluations.forms.dealings import day, words
from evaluations.queries import leads as queries


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.account.name}（{member.get_role_display()}）"


class ProposeForm(forms.Form):
    successor = MemberChoice(label="接任人", queryset=None, empty_label="请选择", help_text="本机构有账号的人员")
    change_on = day("更换日期")
    reason = words("理由", 4)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = queries.successors(contract)


class ConsentForm(forms.Form):
    opinion = words("书面意见", 3, required=False)


class RefuseForm(forms.Form):
    opinion = words("理由", 3)
