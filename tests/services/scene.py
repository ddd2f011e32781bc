"""A contract at work: kinds of activity, a family, a case and a group, and records in every state."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from caseload.models import Case, Group, Household, Person, RegisterEntry
from documents.actions import files
from services.actions import kinds, records
from tenancy import keys
from tests.cast import at
from tests.documents.hostile import picture

KINDS = [
    {
        "code": "home_survey", "label": "入户调查", "subject": "household", "shows": ["mode", "workers", "team"], "modes": [["home", "入户"], ["phone", "电话访谈"]],
        "fields": [{"name": "policy_told", "label": "已宣传政策", "type": "boolean"}], "evidence": [{"kind": "photo", "label": "入户服务照片", "min": 1}],
    },
    {
        "code": "revisit", "label": "回访", "subject": "household", "shows": ["mode", "workers"], "modes": [["home", "入户"], ["phone", "电话"], ["neighbour", "采访邻里"]],
        "fields": [{"name": "system_no", "label": "系统录入号", "type": "text"}, {"name": "change_found", "label": "情况有变化", "type": "boolean"}],
        "evidence": [{"kind": "revisit_form", "label": "回访记录", "min": 1}, {"kind": "photo", "label": "照片", "min": 0}],
    },
    {
        "code": "case_session", "label": "个案介入", "subject": "case", "shows": ["mode", "direct", "workers"], "modes": [["interview", "面谈"], ["phone", "电话"], ["online", "网络"], ["resource", "资源链接"]],
        "evidence": [{"kind": "photo", "label": "照片", "min": 1}, {"kind": "process", "label": "《个案工作过程记录表》", "min": 0}],
    },
    {"code": "group_session", "label": "小组活动", "subject": "group", "shows": ["participants", "workers"], "evidence": [{"kind": "photo", "label": "照片", "min": 1}, {"kind": "sign_in_sheet", "label": "签到表", "min": 1}]},
    {
        "code": "event", "label": "社区活动", "shows": ["participants", "workers"],
        "fields": [{"name": "topic", "label": "类型", "type": "choice", "choices": [["festival", "主题节日"], ["professional", "专业日常"]], "required": True}, {"name": "cost", "label": "费用", "type": "number"}],
        "evidence": [{"kind": "photo", "label": "照片", "min": 1}, {"kind": "sign_in_sheet", "label": "签到表", "min": 1}],
    },
]  # fmt: skip


@dataclass
class Scene:
    """The cast with something to record."""

    cast: object
    household: Household
    case: Case
    group: Group
    numbers: dict = field(default_factory=lambda: {"file": 0})

    def photo(self, by=None, moment="2024-06-03 11:00"):
        """A stored picture, each of another colour."""
        self.numbers["file"] += 1
        number = self.numbers["file"]
        content = picture(80, 60, colour=(number % 250, number * 7 % 250, 90))
        return files.store(
            SimpleUploadedFile(f"{number}.jpg", content),
            allow={"image"},
            by=by or self.cast.social_worker,
            at=at(moment),
        )

    def start(self, kind="case_session", *, moment="2024-06-03 10:00", minutes=40, by=None, **values):
        """A draft that lacks only its evidence."""
        begin = at(moment)
        known = {
            "case_session": {"case": self.case, "mode": "interview", "workers": 1},
            "revisit": {
                "household": self.household,
                "mode": "phone",
                "workers": 1,
                "facts": {"system_no": "HF-001", "change_found": False},
            },
            "home_survey": {"household": self.household, "mode": "home", "workers": 2},
            "group_session": {"group": self.group, "participants": 8, "workers": 1},
            "event": {
                "title": "端午包粽子",
                "area": self.cast.communities["柳林一社区"],
                "participants": 36,
                "workers": 3,
                "facts": {"topic": "festival"},
            },
        }[kind]
        values = {
            "started_at": begin,
            "ended_at": begin + timedelta(minutes=minutes),
            "narrative": "谈近况",
            **known,
            **values,
        }
        return records.start_record(
            contract=self.cast.contract,
            kind=kind,
            by=by or self.cast.social_worker,
            at=begin + timedelta(minutes=minutes + 5),
            **values,
        )

    def complete(self, kind="case_session", **values):
        """A draft with all its evidence."""
        record = self.start(kind, **values)
        wanted = {
            "revisit": ["revisit_form"],
            "group_session": ["photo", "sign_in_sheet"],
            "event": ["photo", "sign_in_sheet"],
        }.get(kind, ["photo"])
        for paper in wanted:
            records.add_evidence(
                record, file=self.photo(record.created_by), kind=paper, by=record.created_by, at=record.created_at
            )
        record.refresh_from_db()
        return record

    def submitted(self, kind="case_session", **values):
        record = self.complete(kind, **values)
        return records.submit_record(record, by=record.created_by, at=record.ended_at + timedelta(hours=1))

    def verified(self, kind="case_session", **values):
        record = self.submitted(kind, **values)
        return records.verify_record(record, by=self.cast.quality_control, at=record.ended_at + timedelta(days=1))

    def returned(self, kind="case_session", *, reason="照片看不清人，请补 1 张", **values):
        record = self.submitted(kind, **values)
        return records.return_record(
            record, reason=reason, by=self.cast.quality_control, at=record.ended_at + timedelta(days=1)
        )


def make_household(cast, number="QH01-H-0001", name="白露华", community="柳林一社区", contract=None):
    area = cast.communities[community]
    household = Household.objects.create(
        contract=contract or cast.contract, number=number, area=area, street=area.street, created_at=at()
    )
    named = {"name": name, "name_index": keys.blind_index(name), "surname_index": keys.blind_index(name[0])}
    Person.objects.create(household=household, is_head=True, created_at=at(), **named)
    return household


def make_case(cast, household, number="QH01-GA-0001", state="open"):
    return Case.objects.create(
        contract=household.contract, number=number, household=household, person=household.people.get(is_head=True), area=household.area, street=household.street, worker=cast.social_worker,
        state=state, identified_on=date(2024, 5, 6), first_contact_on=date(2024, 5, 8), opened_on=date(2024, 5, 10) if state == "open" else None,
        approvals=["intake_subdistrict"] if state == "open" else [], created_at=at("2024-05-06 09:00"),
    )  # fmt: skip


def make_group(cast, title="同心圆小组"):
    area = cast.communities["石桥社区"]
    return Group.objects.create(
        contract=cast.contract,
        title=title,
        purpose="support",
        area=area,
        street=area.street,
        leader=cast.social_worker,
        state="open",
        members=9,
        first_session_on=date(2024, 6, 1),
        created_at=at(),
    )


def make_team(cast, label="入户一组"):
    entry = RegisterEntry(
        contract=cast.contract, kind="home_visit_team", label=label, from_day=date(2024, 1, 2), created_at=at()
    )
    entry.subject = entry.pk
    entry.save()
    return entry


def make_scene(cast):
    """Inside an open scope: the kinds, one family, one open case, one group."""
    for sort, kind in enumerate(KINDS):
        kinds.save_kind(**kind, sort=sort, by=None, at=at())
    household = make_household(cast)
    return Scene(cast, household, make_case(cast, household), make_group(cast))
