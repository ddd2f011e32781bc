"""Fields and small forms that the pages of the caseload share."""

from django import forms

from contracts.queries import streets_of
from tenancy import clock
from tenancy.models import Area

# Who may have a case or a group in hand.
WORKERS = ("social_worker", "agency_manager")
PURPOSES = ("入户前核对", "联系本人或家属", "办理救助申请", "核对重复登记", "审批前核对")


def day_field(label, **known):
    known.setdefault("initial", clock.today)
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)


def words(label, *, rows=2, longest=1000, **known):
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **known)


class StreetGroups(forms.models.ModelChoiceIterator):
    """Communities under the name of their street."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups = {}
        for area in self.queryset.select_related("street"):
            groups.setdefault(area.street.name, []).append(self.choice(area))
        yield from groups.items()


class PersonField(forms.ModelChoiceField):
    """One person of a household: masked, told apart by relation and year of birth."""

    def label_from_instance(self, person):
        born = f"，{person.birth_date.year}年生" if person.birth_date else ""
        return f"{person.name}（{person.relation}{born}）"


class CommunityField(forms.ModelChoiceField):
    """One community or village of a contract's subdistricts."""

    iterator = StreetGroups


def communities_of(contract):
    return Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets_of(contract)).order_by(
        "street__sort", "sort", "id"
    )


class PaperForm(forms.Form):
    """A paper of a household's, a case's or a group's file: an uploaded file, or the words themselves."""

    kind = forms.ChoiceField(label="材料")
    filled_on = day_field("日期")
    file = forms.FileField(label="文件", required=False, help_text="照片、PDF 或 docx，20 MB 以内")
    text = words("内容", rows=4, longest=4000, required=False, help_text="没有文件时，把要点写在这里")

    def __init__(self, *args, kinds, with_text=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)
        if not with_text:
            self.fields["file"].required = True
            del self.fields["text"]

    def clean(self):
        if not self.cleaned_data.get("file") and not self.cleaned_data.get("text") and not self.errors:
            self.add_error("file", "上传文件，或填写内容")
        return self.cleaned_data


class RevealForm(forms.Form):
    """What is looked at, and what for."""

    field = forms.CharField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label="用途", choices=[(text, text) for text in PURPOSES], widget=forms.RadioSelect, initial=PURPOSES[0]
    )
    detail = forms.CharField(label="说明", max_length=60, required=False)

    def told(self):
        """The purpose as it is kept."""
        return "，".join(filter(None, (self.cleaned_data["purpose"], self.cleaned_data["detail"].strip())))


class ReasonForm(forms.Form):
    reason = words("原因", longest=500)


class NameForm(forms.Form):
    """Somebody by name and, if they like, telephone: who joins a group, who signs in."""

    name = forms.CharField(label="姓名", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
