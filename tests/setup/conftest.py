"""A bureau with the model contract's areas and kinds, a draft of its own, and the words of an indicator."""

from datetime import date

import pytest

from config.setup import actions
from contracts.models import Contract, Label
from services.actions.kinds import save_kind
from tests.cast import at
from tests.contracts.conftest import arrange, mentougou, mtg04

__all__ = ["arrange", "mentougou", "mtg04"]

HEAD = {
    "code": "QH02",
    "title": "青河区社区活动服务",
    "short_title": "社区活动",
    "signed_on": date(2024, 1, 2),
    "starts_on": date(2024, 1, 2),
    "ends_on": date(2024, 12, 31),
}
EVENTS = {
    "id": "QH02-01",
    "zh": "社区活动",
    "of": "record.event",
    "gate": {"participants": {"ge": 30, "le": 50}, "papers": ["sign_in_sheet"]},
    "target": {"ge": 12},
    "areas": {"ge": 4},
    "unit": "场",
    "force": "hard",
    "clause": "第五条",
    "clause_text": "开展30至50人的社区活动12场，每街道4场。",
}
EVENT_KIND = {
    "code": "event",
    "label": "社区活动",
    "shows": ["participants"],
    "fields": [{"name": "topic", "label": "主题", "type": "choice", "choices": [["festival", "主题节日"]]}],
    "evidence": [{"kind": "sign_in_sheet", "label": "签到表", "min": 1}],
}


@pytest.fixture
def draft(act):
    """A draft contract of the cast's bureau with the cast's provider, and one kind of activity."""
    save_kind(**EVENT_KIND, sort=0, by=act.contract_manager, at=at())
    Label.objects.create(family="paper", code="sign_in_sheet", label="签到表")
    contract = actions.start_blank(contract=HEAD, provider=act.provider, by=act.contract_manager, at=at())
    value = {"districts": {"青河区": {"柳林街道": ["柳林一社区", "柳林二社区"]}}}
    from config.setup.queries import mark

    actions.save_section(contract, "areas", value, mark=mark(None), by=act.contract_manager, at=at())
    return Contract.objects.select_related("purchaser", "provider").get(pk=contract.pk)
