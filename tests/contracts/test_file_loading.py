"""Loading is one act: twice is once, half is never, and the export says the same as the file."""

import pytest
from django.core.management import CommandError, call_command

from config.contract_file import export, load, sections
from contracts import contract_file
from contracts.models import Contract, ContractFile, Deadline, Label, OpenReading, PriceLine, RequiredDocument
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at


def rows(model):
    return list(model.objects.order_by("pk").values())


def everything():
    return [
        rows(model)
        for model in (Contract, ContractFile, PriceLine, Deadline, RequiredDocument, OpenReading, Label, AuditEvent)
    ]


def test_loading_the_same_file_again_changes_nothing(loaded, mentougou, mtg04):
    before = everything()
    again = load(mtg04, by=mentougou.contract_manager, at=at("2024-04-19 09:00"))
    assert (again.contract.pk, again.is_new) == (loaded.pk, False)
    assert everything() == before


def test_a_load_is_audited_with_who_and_what(loaded, mentougou):
    event = AuditEvent.objects.get(action="contract.loaded")
    assert (event.membership_id, event.object_id, event.detail["digest"]) == (
        mentougou.contract_manager.pk,
        loaded.pk,
        ContractFile.objects.get().digest,
    )


def test_another_file_for_a_contract_in_force_is_refused(loaded, mentougou, mtg04):
    before = everything()
    with pytest.raises(Refused) as refused:
        load(mtg04.replace("title: 首付款", "title: 首期款"), by=mentougou.contract_manager, at=at())
    assert refused.value.message == "合同 MTG04 已在履行，文件与已载入的不同，没有载入"
    assert everything() == before


def test_a_draft_takes_over_what_changed_in_its_file(mentougou, mtg04):
    draft = mtg04.replace("  state: active", "  state: draft")
    first = load(draft, by=mentougou.contract_manager, at=at()).contract
    kept = Deadline.objects.get(code="MTG04-D03").pk
    lines = [line for line in draft.split("\n") if "MTG04-D02" not in line]
    second = load("\n".join(lines).replace("until: 12, ", ""), by=mentougou.contract_manager, at=at()).contract
    assert second.pk == first.pk
    assert Deadline.objects.get(code="MTG04-D03").pk == kept
    assert (Deadline.objects.filter(code="MTG04-D02").count(), Deadline.objects.get(code="MTG04-D08").until) == (
        0,
        None,
    )
    assert [file.contract_id for file in ContractFile.objects.all()] == [first.pk, first.pk]


def test_a_load_that_fails_halfway_leaves_nothing(mentougou, mtg04, monkeypatch):
    before = everything()
    monkeypatch.setattr(ContractFile.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(mtg04, by=mentougou.contract_manager, at=at())
    assert everything() == before


def test_the_export_of_a_loaded_contract_is_its_file(loaded, mtg04):
    source = contract_file.read(mtg04).data
    assert sections(loaded, source) == contract_file.pruned(source, contract_file.FILE)
    assert export(loaded) == mtg04


def test_the_export_shows_what_has_changed_since_and_keeps_the_rest(loaded, mtg04):
    Deadline.objects.filter(code="MTG04-D10").update(within=7)
    OpenReading.objects.filter(code="A-06").delete()
    Contract.objects.filter(pk=loaded.pk).update(short_title="精准救助四包")
    loaded.refresh_from_db()
    text = export(loaded)
    before, after = contract_file.read(mtg04).data, contract_file.read(text).data
    before["contract"]["short_title"] = "精准救助四包"
    next(entry for entry in before["deadlines"] if entry["code"] == "MTG04-D10")["within"] = 7
    before["readings"] = [entry for entry in before["readings"] if entry["code"] != "A-06"]
    assert after == before
    assert list(after["contract"]) == list(before["contract"])
    assert text.startswith(mtg04.split("\n")[0])


def test_other_parties_stand_wherever_the_published_ones_stood(act, mtg04):
    from tenancy import actions

    actions.add_areas(areas=contract_file.area_tree(mtg04), by=None, at=at())
    parties = {"purchaser": "青河区民政局", "provider": "同心社工服务中心", "agent": "青河招标代理公司"}
    contract = load(mtg04, by=act.contract_manager, at=at(), parties=parties).contract
    assert (contract.purchaser.name, contract.provider.name, contract.procurement.agent) == (
        "青河区民政局",
        "同心社工服务中心",
        "青河招标代理公司",
    )
    text = export(contract)
    published = [
        party[name] for party in contract_file.read(mtg04).data["parties"].values() for name in ("name", "short_name")
    ]
    assert [name for name in published if name in text] == []
    assert load(mtg04, by=act.contract_manager, at=at(), parties=parties).is_new is False


def test_a_name_that_holds_the_short_form_is_replaced_once():
    data = {
        "parties": {"purchaser": {"name": "北京市青河区民政局", "short_name": "青河区民政局"}},
        "text": "由北京市青河区民政局与青河区民政局",
    }
    assert (
        contract_file.renamed(data, {"purchaser": "甲市青河区民政局"})["text"] == "由甲市青河区民政局与甲市青河区民政局"
    )


def test_the_command_checks_loads_and_exports(mentougou, mtg04, tmp_path, capsys):
    file = tmp_path / "mtg04.yaml"
    file.write_text(mtg04, encoding="utf-8")
    login = mentougou.contract_manager.account.login
    call_command("contract", "check", str(file), "--tenant", "qinghe")
    call_command("contract", "load", str(file), "--tenant", "qinghe", "--as", login)
    call_command("contract", "load", str(file), "--tenant", "qinghe")
    call_command("contract", "export", "MTG04", "--tenant", "qinghe", "--to", str(tmp_path / "out.yaml"))
    assert capsys.readouterr().out.splitlines() == [
        "mtg04.yaml：没有错误",
        "MTG04 精准救助 04包：已载入",
        "MTG04 精准救助 04包：与已载入的相同，没有改动",
    ]
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == mtg04


def test_the_command_tells_every_fault_and_fails(mtg04, tmp_path, capsys):
    file = tmp_path / "wrong.yaml"
    file.write_text(mtg04.replace("    amount: 338800", "    amount: 338801"), encoding="utf-8")
    with pytest.raises(CommandError, match="2 处错误"):
        call_command("contract", "check", str(file))
    assert [line.split("：")[0].split(" ", 2)[2] for line in capsys.readouterr().err.splitlines()] == [
        "行 contract.amount",
        "行 price_lines[3].amount",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "missing.yaml"], "没有文件 missing.yaml"),
        (["load", "missing.yaml", "--tenant", "nowhere"], "没有单位 nowhere"),
        (["export", "XX", "--tenant", "qinghe"], "没有合同 XX"),
        (
            ["load", str(contract_file.__file__), "--tenant", "qinghe", "--as", "qinghe.social_worker"],
            "账号 qinghe.social_worker 在本单位不能登记合同",
        ),
    ],
)
def test_the_command_says_what_it_cannot_find(act, arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command("contract", *arguments)


def test_a_file_in_another_encoding_is_told(tmp_path):
    file = tmp_path / "gbk.yaml"
    file.write_bytes("合同".encode("gbk"))
    with pytest.raises(CommandError, match="不是 UTF-8 文本"):
        call_command("contract", "check", str(file))
