"""A month with everything that a report tells, and the steps of a report as short calls."""

from datetime import date

from documents import jobs as runner
from documents.actions.files import open_file
from services.actions import reports as actions
from services.models import Indicator, MonthlyReport, RecordEvidence
from services.queries import reports as queries
from tenancy import scope
from tests.cast import at

JUNE = date(2024, 6, 1)
TOLD_AT = at("2024-07-03 09:00")
TEXTS = {"problems": "军庄镇少一场。\n已排 7月12日。", "highlight": "", "next_month": "补齐签到表"}
INDICATORS = [
    (
        "EV",
        "社区活动",
        "场",
        {"of": "record.event", "gate": {"participants": {"ge": 30, "le": 50}}, "target": {"ge": 4}, "areas": {"ge": 1}},
    ),
    ("RV", "回访户次", "户次", {"of": "record.revisit", "target": {"ge": 12}}),
    (
        "SH",
        "电话回访比例",
        "%",
        {"of": "record.revisit", "gate": {"mode": "phone"}, "count": "share", "target": {"ge": 50}},
    ),
]


def define(cast):
    for sort, (code, title, unit, definition) in enumerate(INDICATORS):
        Indicator.objects.create(
            contract=cast.contract,
            code=code,
            title=title,
            unit=unit,
            definition=definition,
            sentence=title,
            sort=sort,
            clause=f"附件1 第{sort + 1}项",
        )


def with_consent(record):
    RecordEvidence.objects.filter(record=record, kind="photo").update(consent=True)
    return record


def inside(cast):
    return scope.tenant(cast.tenant.pk)


def written(cast, report, **texts):
    return actions.save_texts(report, version=report.version, by=cast.agency_manager, at=TOLD_AT, **(TEXTS | texts))


def handed_in(cast, report, when=TOLD_AT):
    return actions.submit_report(written(cast, report), by=cast.agency_manager, at=when)


def returned(cast, report, reason="参加人数请核对"):
    return actions.return_report(
        report, reason=reason, mend_by=date(2024, 7, 8), by=cast.contract_manager, at=at("2024-07-04 10:00")
    )


def make_files(cast, report):
    with inside(cast):
        job = queries.job_of(report)
    assert runner.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: TOLD_AT)
    with inside(cast):
        return MonthlyReport.objects.select_related("pdf", "workbook", "snapshot").get(pk=report.pk)


def content(stored):
    with open_file(stored) as opened:
        return opened.read()


def by_code(figures):
    return {row["code"]: row for row in figures["indicators"]}
