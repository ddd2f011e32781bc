"""The forms of a household's file: questions as rules.household_forms has them, and lines for the household and each member."""

from django import forms

from caseload.forms.cases import CaseForm
from caseload.forms.fields import words
from caseload.rules import household_forms as rules
from caseload.rules import ledger

HELD = "已登记，留空则不改"
DATES = ("from", "until")
LONG = ("need", "goal", "measure", "result")


class HouseholdPaperQuestions(CaseForm):
    """The words of one form, its day, and the signed original. `held` are answers that the ledger has and need not be given."""

    file = forms.FileField(label="签字的原件", required=False, help_text="照片或 PDF，不随草稿保存")

    def __init__(self, *args, kind, held=(), again=False, **kwargs):
        super().__init__(*args, kinds=[rules.FORMS[kind]], revising=again, **kwargs)
        for code in held:
            if code in self.fields and code not in self.initial:
                self.fields[code].required, self.fields[code].help_text = False, HELD

    def sections(self):
        """As a case's form shows them, several choices as chips."""
        chips = forms.CheckboxSelectMultiple
        return [
            (title, [(bound, "chips" if isinstance(bound.field.widget, chips) else look) for bound, look in fields])
            for title, fields in super().sections()
        ]

    def asked_for(self):
        """{question: answer} as it was sent, whether complete or not."""
        return self.answers()[self.kinds[0].kind]


class SurveyLine(forms.Form):
    """What the survey asks of one member; a member's held fields may stay empty."""

    def __init__(self, *args, member, called, fields, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.member, self.called = member, called
        for code in fields:
            shown = code in self.initial
            hint = "" if shown or code not in held else HELD
            self.fields[code] = personal_field(code, help_text=hint)

    def sent(self):
        return {"who": str(self.member.pk)} | {name: self.data.get(self.add_prefix(name), "") for name in self.fields}


def personal_field(code, **known):
    """A personal field of a member: a choice where the ledger has fixed words, a line otherwise."""
    choices = ledger.CHOICES.get(code)
    known = {"label": ledger.PERSONAL[code], "required": False, **known}
    if choices:
        blank = "不改" if known.get("help_text") == HELD else "未填"
        return forms.ChoiceField(choices=[("", blank), *((text, text) for text in choices)], **known)
    return forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}), **known)


class PlanLine(forms.Form):
    """One measure, for the household or one member."""

    who = forms.ChoiceField(label="对象", required=False)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", rules.WHOLE), *members]
        for name, (label, longest) in rules.COLUMNS[ledger.ASSISTANCE_PLAN].items():
            self.fields[name] = _column(name, label, longest)

    def sent(self):
        return {name: self.data.get(self.add_prefix(name), "") for name in self.fields}


def _column(name, label, longest):
    known = {"label": label, "required": False}
    if name in DATES:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)
    if name in LONG:
        known.pop("label")
        return words(label, rows=2, longest=longest, required=False)
    return forms.CharField(max_length=longest, **known)


class ChangeLine(forms.Form):
    """One value that changed: whose and which in one list, the new value, what proves it."""

    item = forms.ChoiceField(label="变更事项", required=False)
    new = forms.CharField(
        label="现登记", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    evidence = forms.CharField(label="佐证", max_length=80, required=False, help_text="如：医院诊断、社区证明")

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        groups = [(rules.WHOLE, [(f":{code}", label) for code, label in rules.change.OF_HOUSEHOLD.items()])]
        groups += [
            (name, [(f"{pk}:{code}", label) for code, label in rules.change.OF_PERSON.items()]) for pk, name in members
        ]
        self.fields["item"].choices = [("", "请选择"), *groups]

    def sent(self):
        who, _, item = self.data.get(self.add_prefix("item"), "").partition(":")
        return {
            "who": who,
            "item": item,
            "new": self.data.get(self.add_prefix("new"), ""),
            "evidence": self.data.get(self.add_prefix("evidence"), ""),
        }


MOST_LINES = 40
PlanLines = forms.formset_factory(PlanLine, extra=2, max_num=MOST_LINES)
ChangeLines = forms.formset_factory(ChangeLine, extra=3, max_num=12)
