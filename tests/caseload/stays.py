"""A rescue station to work with: the library's contract in force, two dormitories, and the words of each form."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from caseload.actions import households
from config.contract_file import load
from services.actions import station
from tenancy.models import Organisation
from tests.cast import at

FILE = Path("contracts/library/fcg.yaml")
NOW = at("2025-06-02 08:00")
UNKNOWN = {"sex": "male", "estimated_age": 60, "features": "左手缺小指，讲方言"}
ADMISSION = {"cause": "走失", "condition": "清醒，轻度脱水"}
ASSESSMENT = {
    "health": "患病",
    "family": "失去联系",
    "need": "寻亲",
    "language": "方言",
    "diet": "软烂",
    "medication": "不详",
    "risk": "中",
    "physical": "左膝旧伤，能自行走动",
    "needs": ["有心理疏导需求", "需要社工介入"],
}
PLAN = {"needs_found": "寻亲、就医", "living": "软食，协助洗漱", "safety": "夜间床栏", "until": "至离站"}
TRACE = {"content": "按体貌特征检索，无匹配"}
IDENTITY = {"source": "公安人像比对"}
HANDOVER = {"received_by": "亲属", "receiver": "其兄", "checked": "是", "condition": "平稳"}
DISCHARGE = {
    "services": ["食宿", "寻亲"],
    "destination": "返回户籍地",
    "ticket": "不需要",
    "belongings": "是",
    "state": "平稳",
}
FEEDBACK = {"satisfied": "满意"}


def later(**known):
    """So much after the day begins."""
    return NOW + timedelta(**known)


def station_contract(cast):
    """The library's contract of the station, in force from 2025-05-01, performed by the cast's agency."""
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    contract = load(FILE.read_text(encoding="utf-8"), by=cast.contract_manager, at=at("2025-04-01 09:00")).contract
    contract.provider, contract.state = cast.provider, "active"
    contract.signed_on, contract.starts_on, contract.ends_on = date(2025, 4, 28), date(2025, 5, 1), date(2026, 4, 30)
    contract.amount = Decimal("590000.00")
    contract.parameters = contract.parameters | {"care_plan_hours": 24, "discharge_hours": 24}
    contract.save()
    return contract


def room(cast, contract, label="男一室"):
    return households.put_on_register(
        contract=contract, kind="care_room", label=label, from_day=date(2025, 5, 1), by=cast.social_worker, at=NOW
    )


def admit(cast, contract, *, moment=NOW, person=UNKNOWN, by=None, **known):
    known.setdefault("form", ADMISSION)
    return station.admit(
        contract, person=person, arrival="police", asked_at=moment - timedelta(minutes=30), admitted_at=moment,
        by=by or cast.social_worker, at=moment, **known,
    )  # fmt: skip


def assess(cast, stay, moment, **known):
    return station.assess(
        stay, form=ASSESSMENT | known, started_at=moment - timedelta(minutes=40), done_at=moment, by=cast.social_worker, at=moment
    )  # fmt: skip


def cared(cast, stay, moment):
    """Assessed, planned, and confirmed by the station."""
    stay = assess(cast, stay, moment)
    stay = station.submit_plan(stay, form=PLAN, by=cast.social_worker, at=moment + timedelta(hours=2))
    return station.confirm_plan(stay, by=cast.station_staff, at=moment + timedelta(hours=4))
