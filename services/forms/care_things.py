"""Shapes of input for people who are called every week, residents' medicines, and things taken from residents."""

from django import forms

from services.forms.asking import day_field
from services.models import KeyPerson
from services.rules import care_people as rules


class _Refusable(forms.Form):
    def add_refusal(self, refusal):
        """What the act refused, on the form."""
        self.add_error(None, [refusal.message, *map(str, refusal.problems)])


class KeyPersonForm(_Refusable):
    """Somebody likely to wander off again, with the guardian who answers the telephone."""

    kind = forms.ChoiceField(label="名册", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="类别", choices=KeyPerson.Reason.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="姓名", max_length=40)
    guardian = forms.CharField(label="监护人", max_length=40, help_text="本人不能接电话时由谁接")
    phone = forms.CharField(label="联系电话", max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    address = forms.CharField(label="住址", max_length=120, required=False)
    from_day = day_field("列入日期")

    def __init__(self, *args, registers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = registers


class CallForm(_Refusable):
    """What this week's call brought."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label="结果", choices=rules.CALL_LABELS.items(), widget=forms.RadioSelect)
    again = forms.BooleanField(label="发现反复流浪", required=False)
    told = forms.BooleanField(label="已反馈辖区民政部门", required=False)
    note = forms.CharField(label="说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class MedicationForm(_Refusable):
    """A medicine as it was prescribed."""

    resident = forms.ChoiceField(label="受助人员")
    medicine = forms.CharField(label="药名", max_length=60)
    dose = forms.CharField(label="每次用量", max_length=40, help_text="如：1 片，饭后")
    times = forms.CharField(label="每日时间", max_length=80, help_text="24 小时制，用空格隔开，如：08:00 20:00")
    prescribed_by = forms.CharField(label="开方医疗机构", max_length=80)
    from_day = day_field("起始日")

    def __init__(self, *args, residents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].choices = [("", "选择")] + [(str(stay.entry_id), name) for stay, name in residents]

    def clean_times(self):
        """In order, each once."""
        return rules.read_times(self.cleaned_data["times"])


class StopMedicationForm(_Refusable):
    """The last day of a medicine, and why."""

    to_day = day_field("最后一天")
    reason = forms.CharField(label="停药原因", max_length=200)


class ItemForm(_Refusable):
    """A dangerous thing taken from a resident just now."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    resident = forms.ChoiceField(label="受助人员")
    kind_of_thing = forms.ChoiceField(label="类别", widget=forms.RadioSelect)
    item = forms.CharField(label="物品", max_length=40, help_text="写明样子，如：折叠水果刀")
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=99, initial=1)
    place = forms.CharField(label="存放处", max_length=40)
    keeper = forms.ChoiceField(label="保管人")
    file = forms.FileField(label="危险物品登记（双方签字）", required=False)
    note = forms.CharField(label="经过", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, residents, things, keepers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].choices = [("", "选择")] + [(str(stay.entry_id), name) for stay, name in residents]
        self.fields["kind_of_thing"].choices = things
        self.fields["keeper"].choices = [
            (str(row.pk), f"{row.account.name}（{row.organisation.short_name}）") for row in keepers
        ]


class SettleItemForm(_Refusable):
    """A kept thing leaves: given back or destroyed, with the sheet that was signed."""

    verb = forms.ChoiceField(label="处理", choices=[("return", "归还"), ("destroy", "销毁")], widget=forms.RadioSelect)
    file = forms.FileField(label="签字单", help_text="归还由本人签收，销毁由两名在场人员签字")
