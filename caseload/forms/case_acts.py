"""Forms of what happens beside and after the stages of a case."""

from django import forms

from caseload.forms.fields import WORKERS, day_field, words
from caseload.rules import cases as case_rules
from tenancy.models import Membership


class BlankForm(forms.Form):
    """An act that asks nothing."""


class CrisisForm(forms.Form):
    on = day_field("危机发生日期", help_text="接触服务对象的期限从这一天起算")
    reason = words("情况", rows=3, longest=500)


class CrisisContactForm(forms.Form):
    on = day_field("接触日期", help_text="危机发生后见到服务对象的那一天")


class ReviewForm(forms.Form):
    """The supervisor's review; the next day is asked where the intervention goes on."""

    on = day_field("审核日期")
    decision = forms.ChoiceField(
        label="审核决定", choices=list(case_rules.REVIEW_DECISIONS.items()), widget=forms.RadioSelect
    )
    opinion = words("审核意见", rows=5, longest=2000)
    next_on = day_field("下次审核日期", initial=None, required=False, help_text="继续介入的必填")


class ReferralAnswerForm(forms.Form):
    on = day_field("答复日期")
    received = forms.ChoiceField(
        label="对方", choices=[("1", "已接收"), ("", "未接收")], widget=forms.RadioSelect, required=False
    )
    outcome = words("接收情况和结果", rows=3, longest=1000, help_text="接收日期、经办人和结果")


class ReopenForm(forms.Form):
    worker = forms.ModelChoiceField(label="负责社工", queryset=None, empty_label=None)
    identified_on = day_field("发现日期", help_text="初步接触的期限从这一天起算")
    is_crisis = forms.BooleanField(label="危机事件", required=False)
    reason = words("重新开案的原因", rows=3, longest=500)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = Membership.objects.filter(
            organisation_id=contract.provider_id, role__in=WORKERS, is_active=True
        ).select_related("account")
