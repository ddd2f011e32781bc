import pytest
from datetime import date
from pathlib import Path
from ruamel.yaml import YAML
from config import contract_file
from services import contract_section


def test_x(act):
    doc = contract_file.checked(Path("contracts/library/mtg04.yaml").read_text())
    contract_section.check(doc)
    for f in sorted(doc.faults): print(f)
    from contracts.models import Label
    for fam, codes in doc.data["labels"].items():
        for code, label in codes.items():
            Label.objects.create(family=fam, code=code, label=label)
    from tests.services.indicators.world import World, at
    w = World(act, term=(date(2024, 4, 18), date(2025, 4, 17)), areas=[1,2,3])
    contract_section.load(w.contract, doc.data, by=act.contract_manager, at=at(date(2024,4,18)))
    for r in w.contract.indicators.all(): print(r.code, r.sentence)
    out = contract_section.export(w.contract)
    for a, b in zip(out["indicators"], doc.data["indicators"]):
        if a != b: print(a, b)
    print(out["activity_kinds"] == doc.data["activity_kinds"])
