"""The report of a round: facts, sheets, how the total was made, statement, conclusion, consequences; names only for the bureau."""

import io
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from contracts.models import Contract
from evaluations.actions import samples
from evaluations.models import Agreement, AgreementVoice, Consequence, ItemScore, Round, RoundMove, Scorer
from evaluations.reporting import report, report_sheets
from tenancy import scope
from tests.cast import at
from tests.evaluations.sampled import DAY, arranged

CLAUSE = "中期评估80分以下的，责令限期整改并延长一个月服务期"
EVALUATION = {
    "code": "E1", "title": "中期评估", "stage": "midterm", "scheme": "score", "full_marks": 100, "clause": "二（一）4", "clause_text": "由购买服务方组织评估小组",
    "consequences": [{"title": "80 分以下", "score": {"ge": 70, "lt": 80}, "effects": ["rectify", "extend"], "months": 1, "clause_text": CLAUSE, "clause": "二（一）4"}],
}  # fmt: skip
WORKED = {
    "points": "79.5", "full_marks": "100", "vetoes": [], "grade": "", "result": "", "asked": "79.5", "side": "exact",
    "parties": [{
        "code": "panel", "title": "评估小组", "weight": "1", "points": "79.5", "marks": "100", "worth": "79.5", "failed": [],
        "items": {"1.1": {"points": "50", "kept": ["48", "52"], "dropped": [], "agreed": False}, "2.1": {"points": "29.5", "kept": ["20", "36"], "dropped": [], "agreed": True}},
    }],
}  # fmt: skip


def scored(cast):
    """A round whose two evaluators have signed and agreed on one item, with the agency's statement."""
    arranged(cast)
    Contract.objects.filter(pk=cast.contract.pk).update(terms={"evaluations": [EVALUATION]})
    samples.draw_sample(cast.round, count=3, seed="20241115", by=cast.contract_manager, at=at("2024-11-16 09:00"))
    second = Scorer.objects.create(
        round=cast.round, party="panel", membership=cast.expert, from_day=DAY, to_day=cast.scorer.to_day, state="declared", declared_at=at(),
        assigned_by=cast.contract_manager, assigned_at=at("2024-06-04 10:00"),
    )  # fmt: skip
    for scorer, points in ((cast.scorer, ("48", "20")), (second, ("52", "36"))):
        for item, value in zip(("1.1", "2.1"), points, strict=True):
            note = "记录完整" if item == "1.1" and scorer == second else ""
            ItemScore.objects.create(
                scorer=scorer, item=item, entry={"points": value}, points=value, note=note, changed_at=at()
            )
    agreement = Agreement.objects.create(
        round=cast.round,
        party="panel",
        item="2.1",
        points="29.5",
        reason="样本偏少",
        proposed_by=cast.scorer,
        proposed_at=at(),
    )
    AgreementVoice.objects.create(agreement=agreement, scorer=second, at=at())
    for scorer, total in ((cast.scorer, 68), (second, 88)):
        Scorer.objects.filter(pk=scorer.pk).update(
            state="signed", signed_at=at("2024-11-20 15:00"), digest="e" * 64, total=total
        )
    Round.objects.filter(pk=cast.round.pk).update(
        state="stated", statement="同意，将补齐记录", stated_by=cast.agency_manager, stated_at=at("2024-11-22 09:00")
    )
    return cast


def conclude(cast):
    Round.objects.filter(pk=cast.round.pk).update(
        state="concluded", total=Decimal("79.50"), worked=WORKED, result="passed", concluded_on=at("2024-11-25 10:00").date(), concluded_by=cast.section_chief
    )  # fmt: skip
    RoundMove.objects.create(
        round=cast.round, verb="conclude", to_state="concluded", by=cast.section_chief, at=at("2024-11-25 10:00")
    )
    for effect in ("extend", "hold_payment"):
        Consequence.objects.create(
            contract=cast.contract, round=cast.round, effect=effect, title="80 分以下", months=1, state="adopted", reason="按合同处理", clause="二（一）4", clause_text=CLAUSE,
            proposed_by=cast.section_chief, proposed_at=at(), decided_by=cast.bureau_leader, decided_at=at("2024-11-26 09:00"),
        )  # fmt: skip


def figures_of(cast, *, named=True, shows_money=True):
    round = Round.objects.select_related("contract__purchaser", "contract__provider", "version", "facts", "tenant", "concluded_by__account", "stated_by__account").get()  # fmt: skip
    return report.gathered(round, named=named, shows_money=shows_money), report.made_at(round)


def text_of(content):
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_a_report_says_how_the_total_was_made_and_what_follows(act):
    scored(act)
    conclude(act)
    figures, _ = figures_of(act)
    assert figures["agreements"] == [
        {"item": "2.1 满意度", "points": "29.5", "reason": "样本偏少", "given": [("程衡准", "20"), ("温如玉", "36")]}
    ]
    assert figures["notes"] == [("1.1 专业督导", [("温如玉", "记录完整")])]
    assert [
        (row["title"], row["points"], row["worth"], row["scorers"]) for row in figures["parties"] if row["counts"]
    ] == [("评估小组", "79.5", "79.5", 2)]
    assert figures["conclusion"]["clauses"] == [
        {"title": "80 分以下", "effects": ["限期整改", "服务期延长 1 个月"], "text": CLAUSE, "cite": "二（一）4"}
    ]
    assert [(row["effect"], row["state"], row["by"]) for row in figures["consequences"]] == [
        ("服务期延长 1 个月", "已决定", "陆长亭"),
        ("暂停付款", "已决定", "陆长亭"),
    ]
    assert (figures["is_draft"], figures["digest"]) == (False, figures_of(act)[0]["digest"])


def test_the_workbook_holds_real_numbers_and_is_the_same_again(act):
    scored(act)
    conclude(act)
    figures, at_last = figures_of(act)
    content = report_sheets.workbook(figures, created=at_last)
    assert content == report_sheets.workbook(figures, created=at_last)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["总表", "逐项", "各评分人", "事实", "样本目录"]
    scores = [
        (row[1], row[3], row[4])
        for row in book["各评分人"].iter_rows(values_only=True)
        if isinstance(row[4], int | float)
    ]
    assert scores == [
        ("程衡准", "1.1 专业督导", 48),
        ("程衡准", "2.1 满意度", 20),
        ("程衡准", "合计", 68),
        ("温如玉", "1.1 专业督导", 52),
        ("温如玉", "2.1 满意度", 36),
        ("温如玉", "合计", 88),
    ]
    assert [row[3] for row in book["事实"].iter_rows(values_only=True) if isinstance(row[3], float)] == [0.625]
    assert [row[0] for row in book["样本目录"].iter_rows(values_only=True) if str(row[0]).startswith("S-")] == [
        "S-01",
        "S-02",
        "S-03",
    ]


# --- whose copy ---------------------------------------------------------------------------------------------------
@pytest.fixture
def outside(cast, monkeypatch):
    monkeypatch.setattr("tenancy.clock.now", lambda: at("2024-11-27 10:00"))
    with scope.tenant(cast.tenant.pk):
        scored(cast)
    return cast


def fetch(cast, sign_in, role, kind="pdf"):
    answer = sign_in(cast.members[role]).get(f"/qinghe/evaluations/rounds/{cast.round.pk}/report/{kind}/")
    return answer.status_code, text_of(answer.content) if answer.status_code == 200 and kind == "pdf" else ""


def test_only_the_bureaus_copy_names_the_scorers(outside, sign_in):
    with scope.tenant(outside.tenant.pk):
        conclude(outside)
    seen = {role: fetch(outside, sign_in, role)[1] for role in ("contract_manager", "agency_manager")}
    named = {
        role: [word in text for word in ("程衡准", "温如玉", "评估人1", "评估人2", "暂停付款", "草稿")]
        for role, text in seen.items()
    }
    assert named == {
        "contract_manager": [True, True, False, False, True, False],
        "agency_manager": [False, False, True, True, True, False],
    }
    told = [
        "结论为合格，得分79.5分",
        "二（一）4",
        "合议得分",
        "同意，将补齐记录",
        "服务期延长1个月",
        "已计5场次，应达4",
        "评估小组100%",
    ]
    assert [word for word in told if word not in seen["agency_manager"]] == []


def test_a_draft_is_marked_and_tells_no_score_before_all_have_signed(outside, sign_in):
    assert "草稿" in fetch(outside, sign_in, "contract_manager")[1]
    with scope.tenant(outside.tenant.pk):
        Round.objects.update(state="scoring", statement="", stated_at=None, stated_by=None)
    status, text = fetch(outside, sign_in, "contract_manager")
    assert (status, "评分尚未全部签名，得分不显示" in text, "记录完整" in text, "79.5" in text) == (
        200,
        True,
        False,
        False,
    )
    assert [
        fetch(outside, sign_in, role, kind)[0]
        for role, kind in (("agency_manager", "pdf"), ("agency_manager", "xlsx"), ("contract_manager", "doc"))
    ] == [404, 404, 404]
