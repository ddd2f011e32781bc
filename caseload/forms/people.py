"""Forms about one member of a household and those who look after it."""

from django import forms

from caseload.forms.fields import PersonField, day_field
from caseload.forms.household_papers import HELD, personal_field
from caseload.models import Carer
from caseload.rules import ledger


class PersonDetailsForm(forms.Form):
    """Writes what is kept of a member without showing what stands there: an empty field leaves it as it is."""

    relation = forms.CharField(label="与户主关系", max_length=20)
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, initial={"relation": person.relation}, **kwargs)
        self.held = ledger.opened(person.details.reveal())
        if person.phone:
            self.fields["phone"].help_text = HELD
        for code in ledger.PERSONAL:
            self.fields[code] = personal_field(code, help_text=HELD if code in self.held else "")

    def details(self):
        """{field: text} of what was written."""
        return {code: self.cleaned_data[code] for code in ledger.PERSONAL if self.cleaned_data.get(code)}


class CarerForm(forms.Form):
    """A carer or guardian: another member of the household, or somebody else by name and telephone."""

    role = forms.ChoiceField(label="身份", choices=Carer.Role.choices, widget=forms.RadioSelect, initial="guardian")
    member = PersonField(label="家庭成员", queryset=None, required=False, empty_label="不是这一户的成员")
    name = forms.CharField(
        label="姓名",
        max_length=30,
        required=False,
        help_text="家庭成员不用再写；由单位监护的写单位",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    relation = forms.CharField(label="与本人关系", max_length=20)
    from_day = day_field("起始日期")

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = person.household.people.exclude(pk=person.pk)


class EndForm(forms.Form):
    to_day = day_field("最后一天")
