"""Forms of the ledger."""

from django import forms

from caseload.forms.fields import CommunityField, PaperForm, PersonField, communities_of, day_field, words
from caseload.models import Category, Person
from caseload.rules import ledger
from caseload.rules.people import id_number_fault, normal_id_number, normal_name


class PersonForm(forms.Form):
    """One person; the identity number tells sex and birth date."""

    name = forms.CharField(label="姓名", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_number = forms.CharField(
        label="身份证号", max_length=24, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    relation = forms.CharField(label="与户主关系", max_length=20, required=False)

    def clean_name(self):
        return normal_name(self.cleaned_data["name"])

    def clean_id_number(self):
        number = normal_id_number(self.cleaned_data["id_number"])
        fault = id_number_fault(number) if number else ""
        if fault:
            raise forms.ValidationError(fault)
        return number


MemberForms = forms.formset_factory(PersonForm, extra=3, max_num=12)


class HouseholdForm(forms.Form):
    area = CommunityField(label="社区（村）", queryset=None, empty_label="请选择")
    address = forms.CharField(
        label="住址", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    categories = forms.MultipleChoiceField(
        label="类别", required=False, widget=forms.CheckboxSelectMultiple, help_text="决定台账的必填项，可多选"
    )

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities_of(contract)
        self.fields["categories"].choices = list(Category.objects.filter(is_active=True).values_list("code", "label"))


class LedgerForm(forms.Form):
    """Writes ledger fields without showing what stands there: an empty field leaves it as it is."""

    address = forms.CharField(label="住址", max_length=200, required=False)
    note = words("备注", required=False)

    def __init__(self, *args, wanted, filled, **kwargs):
        super().__init__(*args, **kwargs)
        for code in wanted:
            hint = "已登记，留空则不改" if code in filled else ""
            self.fields[code] = words(ledger.FIELDS[code], required=False, help_text=hint)
        self.order_fields([*wanted, "address", "note"])

    def details(self):
        """{field: text} of what was written."""
        return {code: text for code, text in self.cleaned_data.items() if code in ledger.FIELDS and text}


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(label="类别", queryset=None, empty_label="请选择")
    person = PersonField(label="属于", queryset=None, required=False, empty_label="整户")
    from_day = day_field("起始日期")
    to_day = day_field("截止日期", required=False, initial=None, help_text="证件写明有效期的填写")
    certificate = forms.CharField(label="证号", max_length=60, required=False)

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        self.fields["person"].queryset = Person.objects.filter(household=household)


class RegisterForm(forms.Form):
    """Puts a household, or one of its people, on one of the contract's registers."""

    kind = forms.ChoiceField(label="名册")
    person = forms.ModelChoiceField(
        label="列入的是", queryset=None, required=False, empty_label="整户", help_text="名册以人计数的，选这一户的成员"
    )
    tier = forms.ChoiceField(
        label="分级",
        required=False,
        choices=[
            ("", "不分级"),
            ("general", "一般性对象"),
            ("no_request", "暂无诉求"),
            ("case", "个案对象"),
            ("key", "重点对象"),
        ],
    )
    from_day = day_field("起始日期")

    def __init__(self, *args, registers, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(registers)
        self.fields["person"].queryset = household.people.all()
        self.fields["person"].label_from_instance = lambda person: f"{person.name}（{person.relation}）"


class LeaveForm(forms.Form):
    to_day = day_field("最后一天")


class SystemNumberForm(forms.Form):
    system_no = forms.CharField(label="系统录入号", max_length=40, help_text="精准救助帮扶系统里的编号")


class HouseholdPaperForm(PaperForm):
    at_home = forms.BooleanField(label="在家中填写（入户调查）", required=False)


class FindForm(forms.Form):
    q = forms.CharField(
        label="姓名、姓氏或身份证号", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ImportForm(forms.Form):
    contract = forms.ModelChoiceField(label="合同", queryset=None, empty_label=None)
    file = forms.FileField(label="名单", help_text="xlsx，一行一人，20 MB、5000 行以内")

    def __init__(self, *args, contracts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = contracts
