"""Forms that ask what a contract's indicators look at: the fields of services.queries.asked.Wanted after the form's own."""

from django import forms

from services.forms.records import FACT, AreaField, choice_or_text, picker
from services.rules import records as rules

PAPER = "paper_"
YES_NO = [("true", "是"), ("false", "否")]


def day_field(label, **known):
    """A day, typed or picked."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date")), **known)


def moment_field(label, **known):
    """A moment in Asia/Shanghai, to the minute."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=picker("datetime-local"))
    return forms.DateTimeField(label=label, widget=widget, **known)


class AskingForm(forms.Form):
    """The base of forms for rows whose facts a contract asks for; what isn't filled is not recorded, neither yes nor no."""

    def __init__(self, *args, wanted=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        for field in wanted.fields if wanted else ():
            self.fields[FACT + field["name"]] = _asked(field)

    def add_area(self, contract):
        """Ask for the area, where the contract has any."""
        area = AreaField(contract)
        if area.has_choice:
            self.fields["area"] = area

    def add_papers(self, *, photo=True):
        """One upload for each paper that is asked, and one for a photo."""
        asked = list(self.wanted.papers) if self.wanted else []
        if photo and not any(code == "photo" for code, _word in asked):
            asked.append(("photo", "照片"))
        for code, word in asked:
            self.fields[PAPER + code] = forms.FileField(label=word, required=False)

    def clean(self):
        """Facts of the wrong shape are told at their field."""
        data = super().clean()
        self.facts, faults = rules.read_facts(self.wanted.fields if self.wanted else [], self._raw(data))
        for fault in faults:
            self.add_error(FACT + fault.field if fault.field else None, str(fault))
        return data

    def _raw(self, data):
        return {name.removeprefix(FACT): value for name, value in data.items() if name.startswith(FACT)}

    def papers(self):
        """[(paper's code, upload)] of what was attached."""
        return [
            (name.removeprefix(PAPER), value)
            for name, value in self.cleaned_data.items()
            if name.startswith(PAPER) and value
        ]

    def fact_fields(self):
        """The bound fields of the facts, in their order."""
        return [self[name] for name in self.fields if name.startswith(FACT)]

    def paper_fields(self):
        """The bound uploads, in their order."""
        return [self[name] for name in self.fields if name.startswith(PAPER)]


def initial_facts(facts):
    """What the facts of an existing row start from."""
    words = {True: "true", False: "false"}
    return {FACT + name: words[value] if isinstance(value, bool) else value for name, value in facts.items()}


def _asked(field):
    if field["type"] == "boolean":
        return forms.ChoiceField(label=field["label"], choices=YES_NO, required=False, widget=forms.RadioSelect)
    if field["type"] == "choice":  # a contract may name only some of the answers: leaving it open stays possible
        return forms.ChoiceField(
            label=field["label"], choices=[("", "未填"), *map(tuple, field["choices"])], required=False
        )
    return choice_or_text(field)
