"""The evidence pack of a round: one archive in the order of the scheme, the same bytes again, every file with its sum."""

import hashlib
import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.test import Client

from documents import jobs
from documents.actions.files import keep
from documents.actions.snapshots import freeze
from evaluations.actions import packs, samples
from evaluations.models import Round
from evaluations.reporting import pack
from evaluations.rules import packs as rules
from services.models import MonthlyReport
from tenancy import scope
from tenancy.models import AuditEvent
from tests.cast import at
from tests.evaluations.sampled import arranged


# --- the rules ----------------------------------------------------------------------------------------------------
def test_folders_keep_the_order_of_the_scheme_under_names_that_every_system_can_store():
    items = [("2.1", "满意度：≥90%"), ("1.1", '督导/培训 "场次"'), ("3", " ." + "长" * 90)]
    assert list(rules.folders(items).values()) == ["01 2.1 满意度：≥90%", "02 1.1 督导 培训 场次", "03 3 ." + "长" * 54]


def test_a_sample_lies_with_every_item_whose_facts_count_it():
    kinds = {"1.1": {"training"}, "1.2": {"case", "training"}, "2.1": set()}
    drawn = [("S-01", "training"), ("S-02", "visit"), ("S-03", "case")]
    assert rules.places(kinds, drawn) == ({"1.1": ["S-01"], "1.2": ["S-01", "S-03"], "2.1": []}, ["S-02"])


@pytest.mark.parametrize(
    ("definition", "kinds"),
    [
        ({"of": "record.a|b"}, {"a", "b"}),
        ({"of": "case.casework", "over": {"of": "group.professional"}}, {"case", "group"}),
        ({"of": "answer.satisfaction"}, set()),
        ({"any": [{"of": "record.a"}, {"of": "case"}]}, {"a", "case"}),
    ],
)
def test_an_indicator_tells_which_files_it_counts(definition, kinds):
    assert rules.kinds_counted(definition) == kinds


# --- the archive --------------------------------------------------------------------------------------------------
TEXTS = {"problems": "进度正常", "highlight": "", "next_month": "继续"}


def add_report(cast, month, texts=TEXTS, **figures):
    """A monthly report that was handed in."""
    data = {"texts": texts, "photos": [], **figures}
    pdf = keep(
        f"月报 {month:%m}".encode(), name="月报.pdf", content_type="application/pdf", by=cast.agency_manager, at=at()
    )
    MonthlyReport.objects.create(
        contract=cast.contract, month=month, state="submitted", round=1, submitted_at=at(), created_at=at(), pdf=pdf,
        snapshot=freeze("services.monthly_report", data, by=cast.agency_manager, at=at()),
    )  # fmt: skip


@pytest.fixture
def made(cast, monkeypatch):
    """A pack made by its job, with the archive's names and contents; no scope is open."""
    monkeypatch.setattr("tenancy.clock.now", lambda: at("2024-11-21 10:00"))
    with scope.tenant(cast.tenant.pk):
        arranged(cast)
        samples.draw_sample(cast.round, count=2, seed="20241115", by=cast.contract_manager, at=at("2024-11-20 09:00"))
        add_report(cast, date(2024, 6, 1))
        add_report(cast, date(2024, 7, 1), {**TEXTS, "highlight": "电话13800001111"})
        add_report(cast, date(2024, 8, 1), photos=[{"file": "x"}])
        add_report(cast, date(2024, 12, 1))
        job = packs.ask_pack(cast.round, by=cast.contract_manager, at=at())
        assert packs.ask_pack(cast.round, by=cast.contract_manager, at=at()) == job
    jobs.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: at("2024-11-20 10:00"))
    cast.values["job"] = job
    return cast


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_holds_the_facts_the_samples_and_the_reports_that_name_nobody(made):
    with scope.tenant(made.tenant.pk):
        round = Round.objects.select_related("contract", "version", "facts", "tenant").get()
        stored = round.pack
        kinds = {str(row): row.kind for row in samples.queries.current_draw(round).files.all()}
        again = pack.made(pack.gathered(round))
    with packs.files.open_file(stored) as file:
        content = file.read()
    held = members_of(content)
    training = [f"01 1.1 专业督导/样本 {number}.pdf" for number, kind in kinds.items() if kind == "training"]
    others = [f"91 其他样本/{number}.pdf" for number, kind in kinds.items() if kind == "visit"]
    assert list(held) == [
        "00 目录/目录.pdf", "00 目录/目录.xlsx", "00 目录/SHA256SUMS.txt", "01 1.1 专业督导/事实.pdf", *training, "02 2.1 满意度/事实.pdf", *others,
        "90 月报/2024-06 月报.pdf",
    ]  # fmt: skip
    assert again == content
    sums = dict(reversed(line.split("  ")) for line in held["00 目录/SHA256SUMS.txt"].decode().splitlines())
    assert sums == {name: hashlib.sha256(octets).hexdigest() for name, octets in held.items() if "SHA256" not in name}
    rows = list(openpyxl.load_workbook(io.BytesIO(held["00 目录/目录.xlsx"])).active.iter_rows(values_only=True))
    listed = {row[1]: row[4] for row in rows if row[4] and row[4] in sums.values()}
    assert listed == {name: digest for name, digest in sums.items() if not name.startswith("00")}
    left_out = [row[2:4] for row in rows if row[1] == "未收入"]
    assert left_out == [("2024年7月月报", pack.LEFT_OUT), ("2024年8月月报", pack.LEFT_OUT)]


def test_only_who_organises_or_scores_now_takes_the_pack_and_that_is_kept_and_a_new_draw_asks_for_a_new_one(made):
    place = f"/qinghe/evaluations/rounds/{made.round.pk}/pack/"

    def ask(role, method, path=""):
        client = Client()
        client.force_login(made.members[role].account)
        answer = getattr(client, method)(place + path)
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer

    assert "下载证据包" in ask("evaluator", "get").content.decode()
    assert [ask(role, "post", "file/").status_code for role in ("contract_manager", "evaluator", "expert", "section_chief", "agency_manager")] == [200, 200, 404, 404, 403]  # fmt: skip
    with scope.tenant(made.tenant.pk):
        events = AuditEvent.objects.filter(action="pack.downloaded").order_by("at", "id")
        assert [(row.account, row.detail["samples"], row.detail["purpose"]) for row in events] == [
            (made.contract_manager.account, ["S-01", "S-02"], "组织中期评估"),
            (made.evaluator.account, ["S-01", "S-02"], "中期评估评分"),
        ]
    with scope.tenant(made.tenant.pk):
        assert packs.queries.job_of(made.round) == made.values["job"]
        samples.draw_sample(
            made.round, count=3, seed="7", reason="现场摇号", by=made.contract_manager, at=at("2024-11-20 11:00")
        )
        assert packs.queries.job_of(made.round) is None
