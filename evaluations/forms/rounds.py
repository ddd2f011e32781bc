"""The shape of what people enter about a round of evaluation."""

from django import forms

from evaluations.forms.dealings import day
from evaluations.queries import rounds as queries
from evaluations.queries.round_page import told_case
from evaluations.rules import rounds as rules


def _text(label, rows, **known):
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **known)


class PrepareForm(forms.Form):
    """One evaluation of the contract that has a scheme, and the days of its round."""

    evaluation = forms.ChoiceField(label="评估", widget=forms.RadioSelect)
    cutoff_on = day("事实截至", help_text="指标按这一天终了时的记录固定，以后不再变")
    self_until = day("自评截止", required=False, help_text="先自评的填")
    scores_until = day("评分截止")

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["evaluation"].choices = choices


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.account.name}（{member.organisation.short_name}，{member.get_role_display()}）"


class PeopleChoice(forms.ModelMultipleChoiceField):
    label_from_instance = PersonChoice.label_from_instance


class AssignForm(forms.Form):
    """People of one party, for a time."""

    people = PeopleChoice(label="评分人", queryset=None, widget=forms.CheckboxSelectMultiple)
    lead = PersonChoice(label="组长", queryset=None, required=False, empty_label="不设")
    from_day = day("可评分，起")
    to_day = day("止")

    def __init__(self, *args, round, party, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = self.fields["lead"].queryset = queries.assignable(round, party)

    def clean(self):
        found = super().clean()
        if found.get("lead") and found["lead"] not in found.get("people", ()):
            self.add_error("lead", "组长须是所选评分人之一")
        return found


class ReasonForm(forms.Form):
    reason = _text("原因", 3)


class ProlongForm(forms.Form):
    """New last days; without a self-evaluation only that of the scoring."""

    self_until = day("自评截止", required=False)
    scores_until = day("评分截止", help_text="没有签名的评分人同时延到这一天")

    def __init__(self, *args, has_self, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_self:
            del self.fields["self_until"]


class StatementForm(forms.Form):
    statement = _text("陈述意见", 6, required=False, help_text="没有意见的，留空提交")


class ConcludeForm(forms.Form):
    """A conclusion: the side of a line and why, if the score lies on one; the result, if the sheets only vote."""

    result = forms.ChoiceField(
        label="结论", choices=[(rules.PASSED, "合格"), (rules.FAILED, "不合格")], widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label="恰在分数线上，按哪种情形处理", widget=forms.RadioSelect)
    decision = _text("决定的理由", 3, help_text="合同的“以下”是否含本数、双方如何商定、依据什么")
    opinion = _text("结论意见", 4, required=False)

    def __init__(self, *args, outcome, opinion_label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opinion"].label = opinion_label
        if outcome.needs_votes:
            self.fields["result"].initial = outcome.total.result
            self.fields["opinion"].help_text = "结论与评分结果不同的，须写明理由"
        else:
            del self.fields["result"]
        if outcome.is_on_line:
            self.fields["side"].choices = [(case.side, told_case(case)) for case in outcome.options]
        else:
            del self.fields["side"], self.fields["decision"]
