"""Contracts that nobody has seen, with other words, kinds and thresholds: written as files, loaded, logged against through the
product's own actions, and counted to a stated table, without a line of code for any of them."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from config import contract_file
from services.indicators.measure import measure_contract
from tests.cast import at
from tests.seeds import reaching
from tests.seeds.doing import Doing, told

INVENTED = Path("tests/seeds/invented")
NAMES = sorted(path.stem for path in INVENTED.glob("*.yaml") if not path.name.endswith(".done.yaml"))
APPS = ("tenancy", "documents", "contracts", "caseload", "services", "evaluations", "payments", "config")


def text_of(name):
    return (INVENTED / f"{name}.yaml").read_text(encoding="utf-8")


def data_of(name):
    return contract_file.checked(text_of(name)).data


def done_of(name):
    return YAML(typ="safe").load((INVENTED / f"{name}.done.yaml").read_text(encoding="utf-8"))


def loaded(cast, name):
    """The contract, loaded into the cast's bureau, which knows its areas and parties."""
    text = text_of(name)
    reaching.arrange(cast, data_of(name), text)
    return contract_file.load(text, by=cast.contract_manager, at=at("2024-06-20 16:00")).contract


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_the_file(name):
    assert [str(fault) for fault in contract_file.checked(text_of(name)).faults] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_done_is_counted_to_the_stated_table(act, name):
    done, contract = done_of(name), loaded(act, name)
    Doing(act, contract).all(done)
    table = measure_contract(contract, on=done["as_of"])
    wanted = done["table"]
    assert {row.indicator.code: told(row, wanted[row.indicator.code]) for row in table.rows} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_each_promise_is_told_and_the_export_is_the_file(act, name):
    contract = loaded(act, name)
    assert [row.code for row in contract.indicators.all() if not row.sentence] == []
    assert contract_file.export(contract) == text_of(name)


def test_there_are_at_least_five():
    assert len(NAMES) >= 5


def test_they_share_no_kind_of_activity_with_the_published_contracts_or_each_other():
    known = {kind["code"] for lot in reaching.lots() for kind in reaching.data_of(lot)["activity_kinds"]}
    invented = [kind["code"] for name in NAMES for kind in data_of(name)["activity_kinds"]]
    assert sorted(known & set(invented)) == []
    assert len(set(invented)) == len(invented)


def test_no_code_knows_a_word_of_them():
    words = {kind["code"] for name in NAMES for kind in data_of(name)["activity_kinds"]}
    for name in NAMES:
        labels = data_of(name)["labels"]
        words |= {code for family in ("register", "incident", "clock", "score") for code in labels.get(family, {})}
    pattern = re.compile(r"\b(" + "|".join(sorted(words)) + r")\b")
    sources = [path for app in APPS for path in Path(app).rglob("*.py") if "migrations" not in path.parts]
    assert [(str(path), pattern.search(path.read_text(encoding="utf-8")).group()) for path in sources if pattern.search(path.read_text(encoding="utf-8"))] == []  # fmt: skip
