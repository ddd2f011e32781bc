"""The shape of what people enter about who and where."""

from django import forms

from tenancy import holidays, queries, rules
from tenancy.models import Organisation, Tenant
from tenancy.permissions import ROLES


class SignInForm(forms.Form):
    username = forms.CharField(
        label="账号", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password typed twice; its strength is judged by the action."""

    password = forms.CharField(
        label="设置密码",
        max_length=128,
        strip=False,
        help_text="至少 10 位，含小写字母、大写字母、数字、符号中的三种",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self):
        if self.cleaned_data.get("password") != self.cleaned_data["again"]:
            raise forms.ValidationError("两次输入不一样")
        return self.cleaned_data["again"]


class JoinForm(forms.Form):
    """For a login that exists: its own password, once."""

    password = forms.CharField(
        label="这个账号现在的密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label="原密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "password", "again"]


class InviteForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    login = forms.CharField(label="账号", max_length=80, help_text="手机号、工号或邮箱，登录时用")
    organisation = forms.ModelChoiceField(label="组织", queryset=None, empty_label="请选择")
    role = forms.ChoiceField(label="角色")
    title = forms.CharField(label="职务", max_length=40, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.all()
        self.fields["role"].choices = [
            ("", "请选择"),
            *((code, f"{role.label}（{Organisation.Kind(role.side).label}）") for code, role in ROLES.items()),
        ]


class OrganisationForm(forms.Form):
    name = forms.CharField(label="全称", max_length=100)
    short_name = forms.CharField(label="简称", max_length=40)
    kind = forms.ChoiceField(
        label="类型", choices=[choice for choice in Organisation.Kind.choices if choice[0] != "purchaser"]
    )
    credit_code = forms.CharField(label="统一社会信用代码", max_length=20, required=False, help_text="18 位")
    area = forms.ModelChoiceField(
        label="辖区", queryset=None, required=False, empty_label="不适用", help_text="街道（乡镇）必选"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = queries.streets()

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"].strip().upper()
        fault = rules.credit_code_fault(code) if code else ""
        if fault:
            raise forms.ValidationError(fault)
        return code


class CalendarDayForm(forms.Form):
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    is_workday = forms.TypedChoiceField(
        label="这一天",
        choices=[("0", "休息"), ("1", "上班")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(label="说明", max_length=20, help_text="如 春节、国庆节调休")


class CalendarYearForm(forms.Form):
    year = forms.IntegerField(label="年份", min_value=2020, max_value=2099)
    source = forms.CharField(label="依据", max_length=120, help_text="如 国办发明电〔2026〕号")


class HolidayImportForm(CalendarYearForm):
    """A year's announcement: pasted lines, or what the software's library knows of the year; `announced` after validation."""

    origin = forms.ChoiceField(
        label="来源",
        choices=[("pasted", "粘贴通知"), ("library", "内置节假日")],
        widget=forms.RadioSelect,
        initial="pasted",
    )
    text = forms.CharField(
        label="放假安排",
        required=False,
        max_length=4000,
        strip=False,
        help_text="一行一段，写明休或上班：2月6日至12日 休 春节；2月20日 上班 春节调休",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    field_order = ["year", "source", "origin", "text"]

    def clean(self):
        known = super().clean()
        year, self.announced = known.get("year"), []
        if year is None:
            return known
        if known.get("origin") == "library":
            self.announced = holidays.from_library(year)
            if not self.announced:
                self.add_error("year", f"内置节假日没有 {year} 年，请粘贴通知")
            return known
        self.announced, faults = holidays.read(known.get("text", ""), year)
        for fault in faults:
            self.add_error("text", fault)
        if not self.announced and not faults:
            self.add_error("text", "粘贴放假安排")
        return known


class AuditFilterForm(forms.Form):
    actor = forms.CharField(label="操作人", required=False)
    action = forms.CharField(label="操作", required=False)
    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="至", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class BureauForm(forms.Form):
    """Everything that a new bureau needs, for the command line."""

    slug = forms.SlugField(label="网址名", max_length=40)
    name = forms.CharField(label="全称", max_length=100)
    short_name = forms.CharField(label="简称", max_length=40)
    kind = forms.ChoiceField(label="类型", choices=Tenant.Kind.choices)
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18)
    admin_login = forms.CharField(label="管理员账号", max_length=80)
    admin_name = forms.CharField(label="管理员姓名", max_length=40)
