"""A rescue station on the day of loading: who is in, who left, whose name nobody knows, and every clock that runs.

The contract is the library's, with invented parties and dates around today; days are counted back from it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from caseload.actions import households
from config import contract_file
from config.demo import station_care
from config.demo.agenda import Agenda, moment
from config.demo.papers import Shelf
from config.demo.people import Bureau, Office, Person, World, contract_of, open_bureau
from contracts.models import Contract
from services.actions import batches, station
from services.models import ServiceRecord
from tenancy import scope
from tenancy.rules import id_number_check

LIBRARY = Path(__file__).resolve().parent.parent.parent / "contracts" / "library" / "fcg.yaml"
HAIBEI = Bureau(
    slug="haibei",
    name="海北市救助管理站（示例）",
    short_name="海北市救助站",
    number=3,
    kind="station",
    admin=("jizhongheng", "季中衡"),
    offices=(Office("qiming", "启明社会工作服务社（示例）", "启明社工", "provider"),),
    people=(
        Person("cenyuanzhi", "岑远志", "purchaser", "station_head", "站长"),
        Person("luxingzhou", "鲁行舟", "purchaser", "station_staff", "救助科"),
        Person("wenjingshan", "闻景山", "purchaser", "audit_admin", "审计管理员"),
        Person("tongxiaoyu", "童晓雨", "qiming", "agency_manager", "驻站主管"),
        Person("yejian", "叶笺", "qiming", "social_worker"),
        Person("fubailu", "符白露", "qiming", "social_worker"),
        Person("jinanshu", "纪南书", "qiming", "social_worker"),
        Person("zhuqinglan", "祝青岚", "qiming", "quality_control"),
    ),
)
AREAS = {"海北市": {"滨河街道": ["滨河社区", "码头社区"]}}
DAYS_GONE, ROOMS = 150, ("男一室", "男二室", "女一室", "未成年人室", "公共区域")


@dataclass(frozen=True)
class Guest:
    """Somebody who came: so many days ago, and how far the stay has gone by today."""

    days: int
    name: str = ""
    sex: str = "male"
    born: int = 1960
    room: str = "男一室"
    bed: str = ""
    arrival: str = "police"
    to: str = "cared"  # admitted | assessed | planned | returned | cared | leaving | gone
    needs: tuple = ()
    way: str = "own"
    named_after: int = 0  # days after which the name of an unknown person was found


GUESTS = (
    Guest(0, sex="male", born=1955, room="男一室", bed="1", arrival="police", to="admitted"),
    Guest(1, "伍山河", born=1968, room="男一室", bed="2", arrival="self", to="admitted"),
    Guest(1, "麦青禾", "female", 1979, "女一室", "1", "public", "assessed", ("有心理疏导需求", "需要社工介入")),
    Guest(2, "", "male", 1950, "男一室", "3", "patrol", "planned", ("行动不便", "特殊群体（精神障碍、残障等）")),
    Guest(3, "卓云帆", born=1989, room="男二室", bed="1", arrival="self", to="leaving", way="own"),
    Guest(4, "阮溪亭", "female", 1946, "女一室", "2", "police", "cared", ("行动不便", "特殊饮食")),
    Guest(5, "路知秋", born=2012, room="未成年人室", bed="1", arrival="police", to="leaving", way="collected"),
    Guest(6, "", "female", 1963, "女一室", "3", "public", "returned", ("特殊群体（精神障碍、残障等）", "有心理疏导需求")),
    Guest(7, "鹿鸣野", born=1972, room="男二室", bed="2", arrival="patrol", needs=("需要社工介入",)),
    Guest(8, "祁连雪", "female", 1958, "女一室", "4", "police", needs=("特殊饮食",)),
    Guest(12, "柯望北", born=1966, room="男二室", bed="3", named_after=2, needs=("需要社工介入",)),
    Guest(20, "", "male", 1970, "男二室", "4", "police", needs=("特殊群体（精神障碍、残障等）",)),
    Guest(40, "", "male", 1948, "男一室", "4", "patrol", needs=("行动不便",)),
    Guest(88, "", "female", 1952, "女一室", "5", "police", needs=("特殊群体（精神障碍、残障等）", "有心理疏导需求")),
    Guest(30, "石径斜", born=1975, arrival="self", to="gone", way="escorted"),
    Guest(25, "卓云帆", born=1989, arrival="self", to="gone", way="own"),
)  # fmt: skip
FEATURES = ("左手缺小指，讲方言，穿蓝色工装", "听力差，花白短发，随身一只布袋", "右腿跛行，自称姓水，说不清住处")


@dataclass
class StationStage:
    """The station's contract being played."""

    world: World
    contract: Contract
    agenda: Agenda
    today: date

    def __post_init__(self):
        self.workers = self.world.staff_of(self.contract.provider, "social_worker")
        self.quality = self.world.staff_of(self.contract.provider, "quality_control")[0]
        self.station = self.world["鲁行舟"]
        self.rooms, self.stays, self.shelf = {}, {}, Shelf(2)


def contract_text(*, signed_on):
    """The library's file in force: invented parties and price, the limits that the parties agreed on."""
    text = (
        LIBRARY.read_text(encoding="utf-8")
        .replace("防城港市", "海北市")
        .replace("2025—2026年", f"{signed_on.year}年度")
    )
    ends_on = signed_on + timedelta(days=364)
    head = f"  state: active\n  amount: 586000.00\n  signed_on: {signed_on}\n  starts_on: {signed_on}\n  ends_on: {ends_on}\n"
    text = text.replace("  state: draft\n", head, 1)
    for name, value in {
        "care_plan_hours": 24,
        "customised_supply_hours": 24,
        "discharge_hours": 12,
        "safety_pass": 60,
    }.items():
        text = text.replace(f"  {name}: null", f"  {name}: {value}")
    purchaser = next(line for line in text.splitlines() if line.startswith("  purchaser:"))
    provider = (
        f"  provider: {{name: {HAIBEI.offices[0].name}, short_name: 启明社工, called: 承接机构, nature: 社会服务机构}}"
    )
    return text.replace(purchaser, f"{purchaser}\n{provider}", 1)


def stage_of(*, today):
    """Open the station, load its contract, furnish its rooms; every stay goes on the agenda."""
    opened = moment(today - timedelta(days=DAYS_GONE + 10), "09:00")
    world = open_bureau(HAIBEI, AREAS, at=opened)
    signed_on = today - timedelta(days=DAYS_GONE)
    with scope.tenant(world.tenant.pk):
        parties = {"purchaser": world.offices["purchaser"].name, "provider": world.offices["qiming"].name}
        contract_file.load(
            contract_text(signed_on=signed_on), parties=parties, by=world["鲁行舟"], at=moment(signed_on, "09:30")
        )
        stage = StationStage(world, contract_of("FCG"), Agenda(world.tenant.pk), today)
        for label in ROOMS:
            stage.rooms[label] = households.put_on_register(
                contract=stage.contract, kind="care_room", label=label, from_day=signed_on, by=stage.workers[0], at=moment(signed_on)
            )  # fmt: skip
    for number, guest in enumerate(GUESTS):
        _plan(stage, number, guest)
    station_care.plan(stage)
    stage.agenda.add(moment(today, "06:50"), _verify, stage=stage)
    return stage


def play(*, today):
    """The station up to the morning of the day of loading; returns its stage."""
    stage = stage_of(today=today)
    stage.agenda.play(today)
    return stage


def _plan(stage, number, guest):
    """The acts of one stay, at their hours."""
    worker, arrived = stage.workers[number % len(stage.workers)], moment(stage.today - timedelta(days=guest.days), "05:20" if not guest.days else f"{8 + number % 9:02d}:10")  # fmt: skip
    known = {"stage": stage, "number": number, "guest": guest, "by": worker}
    add = stage.agenda.add
    add(arrived, _admit, **known)
    steps = ("admitted", "assessed", "planned", "returned", "cared", "leaving", "gone").index(guest.to)
    late = timedelta(hours=26) if number == 1 else timedelta(hours=5)
    unknown = not guest.name or guest.named_after
    if unknown and guest.days:
        add(arrived + timedelta(hours=6), _trace, channel="face", **known)
    if unknown and guest.days > 10:
        add(arrived + timedelta(days=9), _trace, channel="dna", **known)
    if steps >= 1:
        add(arrived + late, _assess, **known)
    if steps >= 2:
        add(arrived + timedelta(hours=9), _submit_plan, **known)
    if steps == 3:
        add(arrived + timedelta(hours=27), _return_plan, **known)
    if steps >= 4:
        add(arrived + timedelta(hours=22), _confirm_plan, **known)
    if guest.named_after:
        add(arrived + timedelta(days=guest.named_after), _identify, **known)
    if guest.days > 80:
        add(arrived + timedelta(days=70), _settling, **known)
    if steps >= 5:
        left = arrived + timedelta(days=4) if guest.to == "gone" else moment(stage.today, "06:30")
        add(left, _leave, **known)


def _person(stage, guest, number, *, is_known):
    if not is_known:
        return {
            "sex": guest.sex,
            "estimated_age": stage.today.year - guest.born,
            "features": FEATURES[number % len(FEATURES)],
        }
    return {
        "name": guest.name, "id_number": _id_number(guest), "phone": f"100{guest.born}{number:04d}", "native_place": "海北市郊县（示例）",
        "kin": "其兄，电话 100****", "belongings": "布袋一只，衣物两件",
    }  # fmt: skip


def _id_number(guest):
    """The same person has the same number at each stay; the region 990000 exists nowhere."""
    serial = sum(map(ord, guest.name)) % 400 * 2 + (1 if guest.sex == "male" else 0)
    first = f"990000{guest.born}0{guest.born % 9 + 1}1{guest.born % 8 + 1}{serial:03d}"
    return first + id_number_check(first)


def _admit(*, stage, number, guest, by, at):
    is_known = bool(guest.name) and not guest.named_after
    stage.stays[number] = station.admit(
        stage.contract, person=_person(stage, guest, number, is_known=is_known), arrival=guest.arrival, asked_at=at - timedelta(minutes=25 + number * 3),
        admitted_at=at, room=stage.rooms[guest.room], bed=guest.bed, form={"cause": "走失" if not is_known else "务工不着", "condition": "清醒，能交流"},
        by=by, at=at,
    )  # fmt: skip


def _assess(*, stage, number, guest, by, at):
    form = {
        "health": "患病" if guest.needs else "良好", "family": "有联系" if guest.name else "失去联系", "need": "返乡" if guest.name else "寻亲",
        "language": "普通话" if guest.name else "方言", "diet": "软烂" if "特殊饮食" in guest.needs else "无特殊", "medication": "不详" if not guest.name else "不用药",
        "risk": "中" if guest.needs else "低", "physical": "体温正常，无外伤", "needs": list(guest.needs),
    }  # fmt: skip
    stage.stays[number] = station.assess(
        stage.stays[number], form=form, started_at=at - timedelta(minutes=45), done_at=at, by=by, at=at
    )


def _submit_plan(*, stage, number, guest, by, at):
    form = {
        "needs_found": "、".join(guest.needs) or "临时食宿、返乡", "living": "按时就餐，协助洗漱", "safety": "夜间巡视，床边不留危险物品",
        "tracing": "" if guest.name else "人像比对、DNA 比对、媒体发布", "until": "至离站",
    }  # fmt: skip
    carer = by if "特殊群体（精神障碍、残障等）" in guest.needs else None
    stage.stays[number] = station.submit_plan(stage.stays[number], form=form, carer=carer, by=by, at=at)


def _confirm_plan(*, stage, number, guest, by, at):
    stage.stays[number] = station.confirm_plan(stage.stays[number], by=stage.station, at=at)


def _return_plan(*, stage, number, guest, by, at):
    stage.stays[number] = station.return_plan(
        stage.stays[number], reason="未写就医和用药安排，补后再报", is_unfit=True, by=stage.station, at=at
    )


def _trace(*, stage, number, guest, by, at, channel):
    published = at + timedelta(hours=2) if channel == "face" and number % 2 else None
    stage.stays[number] = station.trace(
        stage.stays[number], channel=channel, started_at=at, minutes=25, result="waiting", published_at=published,
        form={"content": "按体貌特征和口音检索，等待比对结果"}, by=by, at=at + timedelta(hours=3),
    )  # fmt: skip


def _identify(*, stage, number, guest, by, at):
    stage.stays[number] = station.identify(
        stage.stays[number], person=_person(stage, guest, number, is_known=True), found_at=at, form={"source": "人像比对一致，其兄电话确认"}, by=by, at=at
    )  # fmt: skip


def _settling(*, stage, number, guest, by, at):
    form = {"step": "资料整理", "content": "整理寻亲经过、公告截图、DNA 采样回执"}
    stage.stays[number] = station.note_settling(stage.stays[number], form=form, on=at.date(), by=by, at=at)


def _leave(*, stage, number, guest, by, at):
    stay = station.begin_leaving(stage.stays[number], way=guest.way, asked_at=at - timedelta(hours=3), by=by, at=at)
    if guest.to == "gone":
        stay = station.file_form(stay, "feedback", form={"satisfied": "满意"}, on=at.date(), by=by, at=at)
        if guest.way == "own":
            form = {"statement": "已联系到工作，自愿离站", "capable": "是", "signed": "本人签字"}
            stay = station.file_form(stay, "own_leave", form=form, on=at.date(), by=by, at=at)
        else:
            form = {"received_by": "亲属", "receiver": "其兄", "checked": "是", "condition": "平稳"}
            stay = station.file_form(stay, "handover_form", form=form, on=at.date(), by=by, at=at)
        ticket = stage.shelf.form(
            "车票凭证", [("车次", "D3201"), ("区间", "海北—户籍地"), ("凭证", "免费乘车凭证")], by=by, at=at
        )
        form = {
            "services": ["食宿", "联系亲属"], "destination": "返回户籍地", "ticket": "已落实", "ticket_detail": "D3201 次，当日", "belongings": "是",
            "state": "平稳",
        }  # fmt: skip
        stay = station.discharge(stay, form=form, left_at=at, ticket=ticket, by=by, at=at)
    stage.stays[number] = stay


def _verify(*, stage, at):
    """Quality control confirms what came in until two days ago; the rest waits in its inbox."""
    rows = ServiceRecord.objects.select_related("contract").filter(
        contract=stage.contract, state="submitted", day__lt=stage.today - timedelta(days=1)
    )
    batches.verify_records(list(rows), by=stage.quality, at=at)
