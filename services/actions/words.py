"""The tenant's words for codes that contracts, kinds and registers use: added and renamed, never removed."""

from django.db import transaction

from contracts.models import Label
from services.rules.kinds import CODE, CODE_SAYS
from services.rules.records import Fault
from tenancy import audit
from tenancy.problems import Refused

LONGEST = 60


@transaction.atomic
def add_word(*, family, code, label, by, at):
    """Give a code of a family (Label.Family) its word; returns the Label. Raises Refused for a code that has one or makes no sense."""
    faults = [] if CODE.fullmatch(code) else [Fault("code", CODE_SAYS)]
    known = Label.objects.filter(family=family, code=code).first()
    if known is not None:
        faults.append(Fault("code", f"代号 {code} 已用于“{known.label}”"))
    faults += _label_faults(family, label)
    if faults:
        raise Refused("没有添加", faults)
    word = Label.objects.create(family=family, code=code, label=label.strip())
    audit.record("word.add", by=by, at=at, target=word, family=family, code=code, label=word.label)
    return word


@transaction.atomic
def rename_word(word, *, label, by, at):
    """Call a code by another word from now on; its code, and whatever counts on it, stays. Returns the Label."""
    word = Label.objects.select_for_update().get(pk=word.pk)
    faults = _label_faults(word.family, label, but=word)
    if faults:
        raise Refused("没有改", faults)
    old, word.label = word.label, label.strip()
    word.save(update_fields=["label"])
    audit.record("word.rename", by=by, at=at, target=word, code=word.code, old=old, new=word.label)
    return word


def _label_faults(family, label, but=None):
    label = label.strip()
    if not label or len(label) > LONGEST:
        return [Fault("label", f"名称：1 至 {LONGEST} 个字")]
    same = Label.objects.filter(family=family, label=label).exclude(pk=but and but.pk).first()
    return [Fault("label", f"“{label}”已是 {same.code} 的名称")] if same else []
