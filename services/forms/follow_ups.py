"""What people enter about the plan of household revisits."""

from django import forms

EVEN = "even"


class HandOverForm(forms.Form):
    """Who gives, who gets, whether cases in hand go along, and why."""

    giver = forms.ChoiceField(label="移出")
    takers = forms.MultipleChoiceField(label="接手", widget=forms.CheckboxSelectMultiple)
    with_cases = forms.BooleanField(label="在办个案一并移交", required=False)
    reason = forms.CharField(
        label="原因", max_length=200, required=False, widget=forms.TextInput, help_text="写入每次回访和个案的经过"
    )

    def __init__(self, *args, givers, takers, **kwargs):
        super().__init__(*args, **kwargs)
        self._givers = {str(member.pk): member for member, *_rest in givers}
        self._takers = {str(member.pk): member for member in takers}
        told = [
            (
                str(member.pk),
                f"{member.account.name}（{'' if is_here else '已离岗，'}待回访 {visits} 次，在办个案 {cases} 例）",
            )
            for member, visits, cases, is_here in givers
            if visits or cases
        ]
        self.fields["giver"].choices = [("", "请选择"), (EVEN, "不指定：从最多的人匀给较少的人"), *told]
        self.fields["takers"].choices = [(pk, member.account.name) for pk, member in self._takers.items()]
        if not self.is_bound:
            self.initial["takers"] = list(self._takers)

    def clean(self):
        known = super().clean()
        giver, takers = known.get("giver"), known.get("takers", [])
        if giver and giver != EVEN and set(takers) <= {giver}:
            self.add_error("takers", "至少选一名别的接手人")
        if giver == EVEN and len(takers) < 2:
            self.add_error("takers", "均衡至少要选两人")
        return known

    @property
    def asked(self):
        """What the proposal takes, from a valid form."""
        known = self.cleaned_data
        giver = self._givers.get(known["giver"])
        takers = [self._takers[pk] for pk in known["takers"] if giver is None or pk != known["giver"]]
        return {"giver": giver, "takers": takers, "with_cases": known["with_cases"] and giver is not None}


class PutOffForm(forms.Form):
    day = forms.DateField(label="改到", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label="原因", max_length=200)
