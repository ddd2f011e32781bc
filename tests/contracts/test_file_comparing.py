"""manage.py contract diff: what changed between two files, or a file and the loaded contract, section by section."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.contract_file import compare
from tenancy.problems import Refused
from tests.contracts.conftest import MTG04

LESS = (
    ("    quantity: 154\n    unit: 户\n    unit_price: 2200\n    amount: 338800", "    quantity: 140\n    unit: 户\n    unit_price: 2200\n    amount: 308000"),
    ("    unit_price: 36296\n    amount: 36296", "    unit_price: 67096\n    amount: 67096"),
)  # fmt: skip


def changed(text, *swaps):
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def told(before, after):
    return [(one.section, one.sign, one.name, one.lines) for one in compare(before, after)]


def test_a_file_does_not_differ_from_itself_nor_by_comments_and_layout(mtg04):
    assert compare(mtg04, mtg04) == []
    assert compare(mtg04, mtg04.replace("# 合同中不明确", "# 又一条注释\n# 合同中不明确")) == []


@pytest.mark.parametrize(
    ("swaps", "differences"),
    [
        (LESS, [
            ("价款明细", "~", "3 个案帮扶", ("数量：154 → 140", "合价：338,800.00 → 308,000.00")),
            ("价款明细", "~", "6 管理费", ("单价：36,296.00 → 67,096.00", "合价：36,296.00 → 67,096.00")),
        ]),
        ([("  delivery_deadline: 2024-11-30", "  delivery_deadline: 2024-12-31")], [("合同", "~", "", ("完成时限：2024-11-30 → 2024-12-31",))]),
        ([("  lot: 04包\n", "")], [("合同", "~", "", ("包号：04包 → （无）",))]),
        ([("nature: 社会服务机构", "nature: 企业")], [("合同各方", "~", "", ("乙方 机构性质：社会服务机构 → 企业",))]),
        ([("[杨坨社区, 北四社区", "[北四社区, 新庄村")], [("服务地区", "+", "门头沟区 军庄镇 新庄村", ()), ("服务地区", "-", "门头沟区 军庄镇 杨坨社区", ())]),
        ([("    share: 0.70\n    amount: 388371.20\n    amount_in_words: 叁拾捌万捌仟叁佰柒拾壹元贰角\n", "    share: 0.60\n"), ("    share: 0.30\n    amount: 166444.80\n    amount_in_words: 拾陆万陆仟肆佰肆拾肆元捌角\n", "    share: 0.40\n")], [
            ("付款约定", "~", "1 首付款", ("金额：388,371.20 → （无）", "大写金额：叁拾捌万捌仟叁佰柒拾壹元贰角 → （无）", "比例：70% → 60%")),
            ("付款约定", "~", "2 尾款", ("金额：166,444.80 → （无）", "大写金额：拾陆万陆仟肆佰肆拾肆元捌角 → （无）", "比例：30% → 40%")),
        ]),
        ([("code: MTG04-D10, step: query.reply, title: 答复甲方质疑, start: 收到甲方的质疑, within: 5", "code: MTG04-D10, step: query.reply, title: 答复甲方质疑, start: 收到甲方的质疑, within: 3")], [("期限", "~", "MTG04-D10 答复甲方质疑", ("期限：5 → 3",))]),
        ([("  - {code: MTG04-D10,", "  - {code: MTG04-D99,")], [("期限", "+", "MTG04-D99 答复甲方质疑", ()), ("期限", "-", "MTG04-D10 答复甲方质疑", ())]),
        ([("  rework: true", "  rework: false")], [("验收", "~", "", ("可修改后重新申请：是 → 否",))]),
        ([("    photo: 照片\n", "    photo: 相片\n")], [("名称", "~", "", ("paper photo：照片 → 相片",))]),
        ([("      - {kind: revisit_form, label: 回访记录, min: 1}", "      - {kind: revisit_form, label: 回访记录, min: 2}")], [("活动类型", "~", "revisit 回访", ("材料要求 ~ 回访记录：最少份数：1 → 2",))]),
        ([("    target: {ge: 770}", "    target: {ge: 700}")], [("指标", "~", "MTG04-09 个案服务总次数", ("原：2024年5月1日至2025年2月28日，个案介入不少于770次。", "现：2024年5月1日至2025年2月28日，个案介入不少于700次。"))]),
        ([("    unit: 篇\n    force: plan", "    unit: 篇\n    force: hard")], [("指标", "~", "MTG04-10 典型案例", ("约束力：plan → hard",))]),
    ],
)  # fmt: skip
def test_each_change_is_told_in_its_section_with_before_and_after(mtg04, swaps, differences):
    assert told(mtg04, changed(mtg04, *swaps)) == differences


def test_of_a_long_text_the_piece_around_the_change_is_shown(mtg04):
    one = compare(
        mtg04, mtg04.replace("承担修改费用，并重新申请进行评审验收", "承担修改费用，重新申请进行评审验收", 1)
    )[0]
    assert (one.section, one.lines[0].count("…") >= 2, len(one.lines[0]) < 150) == ("验收", True, True)


def test_an_indicator_that_came_or_went_is_told_by_its_sentence(mtg04):
    start = mtg04.index("  - id: MTG04-28")
    without = mtg04[:start]
    for before, after, sign in ((mtg04, without, "-"), (without, mtg04, "+")):
        (one,) = compare(before, after)
        assert (one.section, one.sign, one.name, len(one.lines)) == ("指标", sign, "MTG04-28 入户安全人数", 1)
        assert one.lines[0].startswith("合同期内，入户调查或回访")


def test_a_file_with_faults_is_not_compared(mtg04):
    with pytest.raises(Refused) as refused:
        compare(mtg04, mtg04.replace("  amount: 554816.00", "  amount: 1"))
    assert (refused.value.message, [fault.path for fault in refused.value.problems]) == (
        "新文件有 4 处错误，先改正再比较",
        ["contract.amount", "contract.amount_in_words", "payment_terms[1].amount", "payment_terms[2].amount"],
    )


def test_the_command_compares_two_files(mtg04, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(changed(mtg04, *LESS), encoding="utf-8")
    out = StringIO()
    call_command("contract", "diff", MTG04, other, stdout=out)
    assert out.getvalue().splitlines() == [
        "价款明细",
        "  ~ 3 个案帮扶",
        "      数量：154 → 140",
        "      合价：338,800.00 → 308,000.00",
        "  ~ 6 管理费",
        "      单价：36,296.00 → 67,096.00",
        "      合价：36,296.00 → 67,096.00",
    ]
    with pytest.raises(CommandError, match="写明第二个文件"):
        call_command("contract", "diff", MTG04)


def test_the_command_compares_a_file_with_the_loaded_contract(loaded, mentougou, mtg04, tmp_path):
    file = tmp_path / "new.yaml"

    def diff(text):
        file.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("contract", "diff", file, tenant=mentougou.tenant.slug, stdout=out)
        return out.getvalue().splitlines()

    assert diff(mtg04) == ["没有不同"]
    assert diff(mtg04.replace("    target: {ge: 770}", "    target: {ge: 700}"))[:2] == [
        "指标",
        "  ~ MTG04-09 个案服务总次数",
    ]
