"""Papers of the file: forms of their own, scans, and who looked at what."""

from django.db import transaction

from caseload.actions.station import moving
from caseload.queries import station as queries
from caseload.rules import station as rules
from caseload.rules.station import file as file_rules
from caseload.rules.station import forms as form_rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Refused

# What may be shown one at a time, and its word.
REVEALED = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "联系电话",
    "native_place": "户籍地",
    "features": "体貌特征",
    "belongings": "随身物品",
    "kin": "亲属及联系方式",
}


@transaction.atomic
def file_form(stay, kind, *, form, on, by, at, file=None):
    """File a form of its own: statement, feedback, hand-over; the station's notices only by the station. Returns (stay, paper)."""
    if kind not in (*form_rules.OWN_FORMS, "handover_form"):
        raise Refused(f"没有这种表：{kind}")
    if kind in rules.STATION_FORMS:
        moving.refuse_unless_deciding(by, stay.contract)
    else:
        moving.refuse_unless_working(by, stay.contract)
    _refuse_future(on, at)
    now = moving.locked(stay, "add_paper")
    data = moving.whole(kind, form)
    if kind == "own_leave" and data["capable"] != form_rules.YES:
        raise Refused("无完全民事行为能力的，不能自行离站")
    if kind == "handover_form" and data["checked"] != form_rules.YES:
        raise Refused("身份核对不一致，不能交接")
    paper = moving.lay(now, kind, data=data, file=file, on=on, by=by, at=at)
    part = "feedback" if kind == "feedback" else "process_record"
    return moving.move(now, "add_paper", by=by, at=at, reason=rules.paper_label(kind), papers=(part,)), paper


@transaction.atomic
def add_paper(stay, *, kind, file, on, by, at):
    """Put a scan into the file: an identity paper, the signed form, a medical paper. Returns (stay, paper)."""
    moving.refuse_unless_working(by, stay.contract)
    if kind not in file_rules.SCANS:
        raise Refused("选择材料的种类")
    _refuse_future(on, at)
    now = moving.locked(stay, "add_paper")
    paper = moving.lay(now, kind, file=file, on=on, by=by, at=at)
    part = rules.part_of(kind)
    papers = () if part == "basic_information" else (part,)
    return moving.move(now, "add_paper", by=by, at=at, reason=rules.paper_label(kind), papers=papers), paper


def _refuse_future(on, at):
    if on > day_of(at):
        raise Refused("日期不得晚于今天")


@transaction.atomic
def note_printed(stay, kinds, *, by, at):
    """Remember who opened which forms of the file as a paper. Raises Refused for those who don't handle the stay."""
    if not queries.handles_stay(by, stay):
        raise Refused("只有经办人员可以打印")
    audit.record("stay.file_printed", by=by, at=at, target=stay, fields_seen=sorted(set(kinds)))


@transaction.atomic
def reveal(stay, field, *, purpose, by, at):
    """One personal value, kept in the trail with its purpose before it is shown."""
    if field not in REVEALED:
        raise Refused("没有这一项")
    if not queries.handles_stay(by, stay):
        raise Refused("你的角色不能查看这一项")
    if len(purpose.strip()) < 4:
        raise Refused("写明用途，至少 4 个字")
    audit.record("stay.reveal", by=by, at=at, target=stay, fields_seen=[field], purpose=purpose.strip()[:120])
    return getattr(stay, field).reveal()
