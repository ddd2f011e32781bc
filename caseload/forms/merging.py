"""Forms of duplicates, of unknown people and of exports."""

from django import forms

from caseload.forms.fields import CommunityField, communities_of, day_field, words
from caseload.models import Identification, LedgerExport, Person
from caseload.rules.people import id_number_fault, normal_id_number
from contracts.queries import streets_of


class MergeForm(forms.Form):
    """Which side each field comes from, and why the two are one."""

    reason = forms.CharField(label="合并理由", max_length=200, help_text="如：搬迁后重复登记，经入户核实")

    def __init__(self, *args, fields, **kwargs):
        super().__init__(*args, **kwargs)
        self.choosable = list(fields)

    def take(self):
        """The fields whose text comes from the merged entry."""
        return [field for field in self.choosable if self.data.get(f"take-{field}") == "merged"]


class WhyForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=200)


class UnknownForm(forms.Form):
    """Somebody of whom nobody knows who it is: what can be seen."""

    area = CommunityField(label="发现地社区（村）", queryset=None, empty_label="请选择")
    found_on = day_field("发现日期")
    sex = forms.ChoiceField(label="性别", choices=Person.Sex.choices, widget=forms.RadioSelect)
    about_age = forms.IntegerField(label="估计年龄", min_value=0, max_value=120, required=False)
    address = forms.CharField(
        label="发现或暂住地点", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    features = words("特征", rows=4, help_text="身高、外貌、衣着、口音、随身物品、身体和精神状况")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities_of(contract)


class IdentifyForm(forms.Form):
    """Who somebody turned out to be, and on what basis."""

    basis = forms.ChoiceField(label="依据", choices=Identification.Basis.choices, widget=forms.RadioSelect)
    found_on = day_field("查明日期")
    name = forms.CharField(label="姓名", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_number = forms.CharField(
        label="身份证号", max_length=24, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birth_date = day_field("出生日期", required=False, initial=None, help_text="有身份证号的不用填")
    phone = forms.CharField(
        label="电话", max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    )  # fmt: skip
    told = words("经过", rows=3, required=False)
    file = forms.FileField(label="证明材料", required=False, help_text="比对结果、辨认笔录、证件照片，20 MB 以内")

    def clean_id_number(self):
        number = normal_id_number(self.cleaned_data["id_number"])
        fault = id_number_fault(number) if number else ""
        if fault:
            raise forms.ValidationError(fault)
        return number


class ExportForm(forms.Form):
    """Which ledger is taken out, and with which values."""

    contract = forms.ModelChoiceField(label="合同", queryset=None, empty_label=None)
    kind = forms.ChoiceField(label="台账", choices=LedgerExport.Kind.choices, widget=forms.RadioSelect)
    street = forms.ModelChoiceField(label="街道（乡镇）", queryset=None, required=False, empty_label="全部")
    is_open = forms.BooleanField(label="含个人信息（姓名、证件、电话、住址不隐去）", required=False)
    purpose = forms.CharField(
        label="用途", max_length=120, required=False, help_text="导出个人信息须写明，记入审计。未成年人的仍隐去"
    )

    def __init__(self, *args, contracts, streets, may_open, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = contracts
        self.fields["street"].queryset = streets
        self.fields["kind"].initial = LedgerExport.Kind.HOUSEHOLDS
        if not may_open:
            del self.fields["is_open"], self.fields["purpose"]

    def clean(self):
        if self.cleaned_data.get("is_open") and len(self.cleaned_data.get("purpose", "").strip()) < 2:
            self.add_error("purpose", "导出个人信息须写明用途")
        contract, street = self.cleaned_data.get("contract"), self.cleaned_data.get("street")
        if contract and street and not streets_of(contract).filter(pk=street.pk).exists():
            self.add_error("street", "这个街道（乡镇）不在所选合同内")
        return self.cleaned_data
