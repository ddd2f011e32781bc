"""How a member wants to be reminded."""

from django import forms


class PreferenceForm(forms.Form):
    wants_mail = forms.BooleanField(label="工作日早上同时发邮件", required=False)
    address = forms.EmailField(
        label="邮箱", required=False, max_length=120, help_text="邮件只有件数和登录地址，没有姓名"
    )
