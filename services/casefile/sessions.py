"""The records of a case's sessions as sheets of its file (个案工作过程记录表): nothing is typed twice."""

from caseload.casefile.attached import Attached
from caseload.casefile.sheets import SHORT, Sheet, head_of, rows_of
from caseload.rules.forms import FORMS
from services.queries import records as queries
from services.rules import records as rules
from services.rules.case_files import answers_of
from tenancy.clock import SHANGHAI

FORM = FORMS["process"]


def session_sheets(case, records, kinds):
    """The Sheets of some records of a case (queries.case_files.sessions_of), in their order."""
    return [_sheet(case, record, kinds.get(record.kind)) for record in records]


def _sheet(case, record, kind):
    made = Sheet(f"r{record.pk.hex}", FORM.kind, FORM.title, record.day, signs=FORM.signs, is_record=True)
    made.head = head_of(case, on=record.day, day=(FORM.day, f"{record.day:%Y-%m-%d}"))
    facts = [(label, str(value), len(str(value)) <= SHORT) for label, value in queries.told_facts(record, kind)]
    words = [(label, text, False) for label, text in answers_of(record.narrative.reveal())]
    made.sections = [("时间和方式", rows_of(_circumstances(record, kind))), ("过程", rows_of([*words, *facts]))]
    made.attached = [_attached(record, row, kind) for row in record.evidence.all()]
    return made


def _circumstances(record, kind):
    modes = {mode[0]: mode[1] for mode in kind.modes} if kind else {}
    direct = {True: "直接介入", False: "间接介入"}.get(record.direct, "")
    is_checked = record.state == rules.VERIFIED
    who = f"{record.decided_by.account.name}，{_local(record.decided_at):%Y-%m-%d}" if is_checked else ""
    told = [
        ("次序", ""), ("起止时间", _hours(record)), ("地点", str(record.area or "")), ("介入类型", direct), ("介入方式", modes.get(record.mode, "")),
        ("服务人员", f"{record.workers} 人" if record.workers else ""), ("登记人", record.created_by.account.name),
        ("核验", f"已核　{who}" if who else rules.STATE_LABELS[record.state]),
    ]  # fmt: skip
    return [(label, text, len(text) <= 24) for label, text in told]


def _hours(record):
    start, end = _local(record.started_at), record.ended_at
    if end is None:
        return f"{start:%H:%M} 起"
    end = _local(end)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"次日 {end:%H:%M}"
    return f"{start:%H:%M}—{until}" + (f"（{record.minutes} 分钟）" if record.minutes else "")


def _local(moment):
    return moment.astimezone(SHANGHAI)


def _attached(record, row, kind):
    label = queries.told_evidence([row], kind)[0]["label"]
    taken = f"{_local(row.file.taken_at):%Y-%m-%d %H:%M} 拍摄" if row.file.taken_at else f"{record.day:%Y-%m-%d}"
    place = str(record.area) if record.area else ""
    consent = "已征得同意" if row.consent else "未登记拍照同意"
    is_photo = row.kind == "photo"
    told = [row.caption or label, taken, place, consent if is_photo else ""]
    return Attached(row.file, row.pk, f"{label}（{record.day:%Y-%m-%d}）", "，".join(filter(None, told)), is_photo)
