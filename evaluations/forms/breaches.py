"""The shape of what people enter about breaches."""

from django import forms

from evaluations.forms.dealings import day, upload, words
from evaluations.models import Breach
from evaluations.queries import breaches as queries
from evaluations.rules import breaches as rules


class RuleChoice(forms.ModelChoiceField):
    def label_from_instance(self, rule):
        bases = "、".join(rules.BASIS_LABELS[code] for code in rules.bases(rule.basis))
        return f"{rule.code}　{rule.title}（{bases}）"


class RegisterForm(forms.Form):
    rule = RuleChoice(label="违约条款", queryset=None, empty_label="请选择")
    basis = forms.ChoiceField(
        label="计算", choices=Breach.Basis.choices, widget=forms.RadioSelect, initial="occurrence",
        help_text="同一违约只选一种：按次，或按日",
    )  # fmt: skip
    happened_on = day("发生日期")
    ended_on = day("终止日期", required=False, help_text="按日计算时填，首尾两日都计")
    facts = words("事实", 5, help_text="何时、何地、违反哪一项约定；写编号，不写服务对象姓名")
    clause = forms.CharField(label="依据条款", max_length=120, required=False, help_text="不填用违约条款自己的条号")
    other_clause = forms.CharField(
        label="并依据", max_length=120, required=False, help_text="条款引用的条号有误时，写明另一条，如 第十条"
    )
    upload = upload("证据材料", required=False)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        known = [rule.pk for rule in queries.registrable(contract)]
        self.fields["rule"].queryset = contract.penaltyrules.filter(pk__in=known)


class StateForm(forms.Form):
    statement = words("陈述", 5, help_text="只能提交一次")


class DecideForm(forms.Form):
    reason = words("理由", 4)
