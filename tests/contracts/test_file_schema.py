"""docs/contract-file.schema.json is the form that is checked, every shipped file holds to it, and what is wrong in form is wrong there."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from jsonschema import Draft7Validator

from config.contract_file import schema
from contracts.contract_file import FILE, read
from contracts.contract_file.loading import as_json
from services.contract_schema import FORMS
from services.indicators.words import WORDS

PAGE = Path("docs/contract-file.schema.json")
LIBRARY = sorted(Path("contracts/library").glob("*.yaml"))
HEADER = "# yaml-language-server: $schema=../../docs/contract-file.schema.json\n"


@pytest.fixture(scope="module")
def validator():
    Draft7Validator.check_schema(schema())
    return Draft7Validator(schema())


def wrong_places(validator, text):
    """Where an editor would underline something."""
    found = validator.iter_errors(as_json(read(text).data, float))
    return sorted({".".join(map(str, error.absolute_path)) for error in found})


def test_the_published_schema_is_the_one_that_the_code_gives():
    assert json.loads(PAGE.read_text(encoding="utf-8")) == schema(), "manage.py contract schema --to docs/contract-file.schema.json"  # fmt: skip


def test_the_command_writes_it():
    out = StringIO()
    call_command("contract", "schema", stdout=out)
    assert out.getvalue() == PAGE.read_text(encoding="utf-8")


def test_every_section_and_every_word_of_an_indicator_has_its_form():
    assert set(schema()["properties"]) == set(FILE.fields)
    assert sorted(FORMS) == sorted(WORDS)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_library_file_holds_to_it_and_names_it_for_editors(validator, path):
    text = path.read_text(encoding="utf-8")
    assert wrong_places(validator, text) == []
    assert text.startswith(HEADER)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("  lot: 04包", "  lott: 04包", "contract"),
        ("  code: MTG04\n", "", "contract"),
        ("  amount: 554816.00", "  amount: 554,816.00元", "contract.amount"),
        ("  state: active", "  state: signed", "contract.state"),
        ("  signed_on: 2024-04-18", "  signed_on: 18/4/2024", "contract.signed_on"),
        ("    share: 0.30", "    share: 30", "payment_terms.1.share"),
        ("basis: occurrence_or_day", "basis: sometimes", "penalties.0.basis"),
        ("    photo: 照片", "    photo: [照片]", "labels.paper.photo"),
        ("subject: household\n    shows: [mode, workers, team]", "subject: family\n    shows: [mode]", "activity_kinds.0.subject"),
        ("modes: [[home, 入户], [phone, 电话访谈]]", "modes: [home]", "activity_kinds.0.modes.0"),
        ("    target: {ge: 770}", "    target: {min: 770}", "indicators.8.target"),
        ("    every: half\n", "    every: fortnight\n", "indicators.5.every"),
        ("    of: case.casework", "    of: cases.casework", "indicators.7.of"),
        ("    unit: 次/户", "    unit: 次/户\n    colour: red", "indicators.3"),
        ("{of: record.case_session, ge: 5}", "{of: record.case_session, min: 5}", "indicators.7.gate.has.0"),
        ("pay: {price: 1000, cap: 6}", "pay: {price: 1000}", "indicators.10.pay"),
        ("format: 1", "format: 2", "format"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_form_is_underlined_in_its_place(validator, mtg04, old, new, place):
    assert old in mtg04
    assert wrong_places(validator, mtg04.replace(old, new, 1)) == [place]
