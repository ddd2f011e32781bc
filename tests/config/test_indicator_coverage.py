"""manage.py indicator_coverage: what of the library is counted from records, and what people judge."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.contracts.conftest import MTG04

INDICATORS = {
    "CH01": 27, "CH02": 20, "CH03": 20, "FCG": 64, "MTG04": 28,
    "NC1": 20, "NC2": 14, "NC3": 14, "NC4": 22, "NC5": 13, "NC6": 17,
}  # fmt: skip
BY_HAND = {"MTG04": ["MTG04-18"], "NC1": ["NC1-05"]}


def told(*arguments):
    out = StringIO()
    call_command("indicator_coverage", *arguments, stdout=out)
    return out.getvalue()


def test_259_indicators_of_11_contracts_and_two_that_people_judge():
    rows = json.loads(told("--json"))
    assert {row["lot"]: (row["indicators"], row["by_hand_ids"]) for row in rows} == {
        lot: (count, BY_HAND.get(lot, [])) for lot, count in INDICATORS.items()
    }
    assert sum(row["indicators"] for row in rows) == 259
    assert [row for row in rows if row["computed"] != row["indicators"] - row["by_hand"]] == []
    assert [row for row in rows if row["by_hand"] != len(row["by_hand_ids"])] == []


def test_the_table_that_people_read():
    assert told(str(MTG04)) == (
        "MTG04     28 项　由记录计量  27 项　由人评定：MTG04-18\n1 份合同共 28 项：由记录计量 27 项，由人评定 1 项\n"
    )


def test_one_that_people_judge_is_said_by_the_file(tmp_path, mtg04):
    path = tmp_path / "judged.yaml"
    path.write_text(
        mtg04.replace("    unit: 户次\n    clause: 附件1", "    unit: 户次\n    force: soft\n    clause: 附件1", 1)
        .replace("    marking: mtg04-acceptance\n", "")
        .replace("  marking: mtg04-acceptance\n", "")
        .replace("MTG04", "X04")
    )
    assert json.loads(told("--json", str(path)))[0]["by_hand_ids"] == ["X04-03", "X04-18"]


def test_a_file_with_faults_is_told_and_not_counted(tmp_path, mtg04):
    path = tmp_path / "wrong.yaml"
    path.write_text(mtg04.replace("of: document.exemplar_case", "of: document.novel", 1))
    with pytest.raises(CommandError) as refused:
        told(str(path))
    assert str(refused.value).startswith("wrong.yaml 有 1 处错误\n")
    assert "没有“novel”" in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="没有文件"):
        told(str(tmp_path / "none.yaml"))


@pytest.fixture
def mtg04():
    return MTG04.read_text(encoding="utf-8")
