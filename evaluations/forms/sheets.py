"""The shape of what a scorer enters. What an entry is worth, and whether it is right, is said in evaluations.rules.scoring."""

import re
import unicodedata
from decimal import Decimal

from django import forms

# A full stop of a Chinese keyboard where a decimal point was meant.
POINT = str.maketrans({"。": ".", "·": ".", ",": "."})
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?\Z")


def figure(text):
    """What somebody typed as a number: full-width digits and a Chinese full stop are meant as plain ones."""
    return unicodedata.normalize("NFKC", text or "").strip().translate(POINT)


class DeclareForm(forms.Form):
    interest = forms.CharField(
        label="利害关系",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如 在乙方任职、近亲属在乙方任职、参与过本项目",
    )


class ItemForm(forms.Form):
    """One item of a sheet; the fields of the score go by the way in which it is entered."""

    revision = forms.IntegerField(min_value=0, required=False)
    note = forms.CharField(required=False, max_length=4000)

    def __init__(self, *args, item, way, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.way = item, way

    @property
    def entry(self):
        """The entry as the sheet keeps it; {} while nothing is entered."""
        return ENTRIES[self.way](self.item, self.data)


def _points(_item, data):
    text = figure(data.get("points"))
    return {"points": text} if text else {}


def _level(_item, data):
    text = figure(data.get("level"))
    return {"level": int(text) if text.isdigit() else text} if text else {}


def _parts(item, data):
    texts = [figure(data.get(f"part{no}")) for no in range(len(item.parts))]
    return {"parts": texts} if any(texts) else {}


def _count(_item, data):
    text = figure(data.get("count"))
    return {"count": int(text) if text.isdigit() else text} if text else {}


def _passed(_item, data):
    return {"passed": data["passed"] == "1"} if data.get("passed") in ("0", "1") else {}


ENTRIES = {
    "points": _points,
    "graded": _level,
    "composite": _parts,
    "deduction": _count,
    "pass_fail": _passed,
    "computed": lambda _item, _data: {},
}


class PhotoForm(forms.Form):
    item = forms.CharField(max_length=20)
    upload = forms.FileField(label="照片")
    caption = forms.CharField(label="说明", max_length=80, required=False)


class ProposeForm(forms.Form):
    item = forms.CharField(max_length=20)
    points = forms.CharField(label="合议得分", max_length=10)
    reason = forms.CharField(label="合议意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_points(self):
        text = figure(self.cleaned_data["points"])
        if not NUMBER.match(text):
            raise forms.ValidationError("合议得分应为数字")
        return Decimal(text)


class VoiceForm(forms.Form):
    agreement = forms.UUIDField()


class SignForm(forms.Form):
    opinion = forms.CharField(
        label="总评",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写进评估报告",
    )
