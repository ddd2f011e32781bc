"""What is counted of a person in post."""

from django import forms

from services.forms.asking import AskingForm, day_field


class StaffForm(AskingForm):
    """Facts, papers, place and birth of a person in post, as far as the contract counts them; approvals by the purchaser only."""

    def __init__(self, *args, contract, may_approve, **kwargs):
        super().__init__(*args, **kwargs)
        if {"age", "born_on"} & self.wanted.own:
            self.fields["born_on"] = day_field("出生日期", required=False, help_text="合同限年龄。只有人员管理可见")
        if self.wanted.by_area:
            self.add_area(contract)
        if self.wanted.papers:
            self.fields["papers"] = forms.MultipleChoiceField(
                label="已看原件", choices=self.wanted.papers, required=False, widget=forms.CheckboxSelectMultiple
            )
        if may_approve and self.wanted.approvals:
            self.fields["approvals"] = forms.MultipleChoiceField(
                label="已取得", choices=self.wanted.approvals, required=False, widget=forms.CheckboxSelectMultiple
            )

    def values(self):
        """What the action takes, from a valid form; what isn't asked is left out."""
        known = self.cleaned_data
        asked = {name: known[name] for name in ("born_on", "area", "approvals") if name in self.fields}
        return {"facts": self.facts, "papers": known.get("papers", ()), **asked}
