"""The ledger's pages: what they show, what they hide, and what comes of their forms."""

from datetime import date

import pytest

from caseload.actions import households
from caseload.models import Household, LedgerImport, RegisterEntry
from tenancy import scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import make_household
from tests.caseload.everything import (
    NAME,
    NUMBER,
    PHONE,
    address,
)
from tests.caseload.lists import many, row, workbook
from tests.caseload.people import id_number
from tests.cast import at


def test_one_field_is_shown_with_a_purpose_and_kept_in_the_trail(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    shown = client.post(
        address(file, "reveal_person"), {"field": "phone", "purpose": "联系本人或家属", "detail": "约入户"}
    )
    assert (shown.status_code, PHONE in shown.content.decode(), "no-store" in shown["Cache-Control"]) == (
        200,
        True,
        True,
    )
    assert (
        "3 号楼"
        in client.post(
            address(file, "reveal_household"), {"field": "address", "purpose": "入户前核对"}
        ).content.decode()
    )
    assert (
        "帮扶需求"
        in client.post(
            address(file, "reveal_household"), {"field": "details", "purpose": "入户前核对"}
        ).content.decode()
    )
    with scope.tenant(file["cast"].tenant.pk):
        seen = AuditEvent.objects.filter(action="person.revealed").values_list("fields_seen", "detail__purpose")
        assert list(seen) == [
            (["person.phone"], "联系本人或家属，约入户"),
            (["household.address"], "入户前核对"),
            (["household.details"], "入户前核对"),
        ]


@pytest.mark.parametrize(
    ("role", "data", "status"),
    [
        ("social_worker", {"field": "phone"}, 422),
        ("social_worker", {"field": "facts", "purpose": "入户前核对"}, 422),
        ("section_chief", {"field": "phone", "purpose": "入户前核对"}, 403),
    ],
)
def test_without_purpose_or_right_nothing_is_shown(file, sign_in, role, data, status):
    answer = sign_in(file["cast"].members[role]).post(address(file, "reveal_person"), data)
    assert (answer.status_code, PHONE in answer.content.decode()) == (status, False)


@pytest.mark.parametrize(
    ("q", "found"), [(NAME, True), ("白", True), (NUMBER, True), ("何木兰", False), (id_number(serial=400), False)]
)
def test_people_are_looked_up_by_name_or_number_without_either_in_an_address(file, sign_in, q, found):
    answer = sign_in(file["cast"].social_worker).post(address(file, "find_households"), {"q": q})
    assert (answer.status_code, "QH01-H-0001" in answer.content.decode()) == (200, found)
    with scope.tenant(file["cast"].tenant.pk):
        event = AuditEvent.objects.get(action="ledger.searched")
        assert q not in str(event.detail)


def test_the_ledger_is_filtered_by_place_category_register_and_number(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        other = make_household(cast, "石桥社区", "何木兰", categories=["low_income"])
        households.put_on_register(
            contract=cast.contract,
            kind="key_household",
            household=other,
            from_day=date(2024, 5, 6),
            by=cast.social_worker,
            at=at(),
        )
        category = other.categories.get().category
    client = sign_in(cast.social_worker)
    for query in (
        {"street": other.street_id},
        {"area": other.area_id},
        {"category": category.pk},
        {"register": "key_household"},
        {"number": "0002"},
    ):
        text = client.get(address(file, "households"), query).content.decode()
        assert ("QH01-H-0002" in text, "QH01-H-0001" in text) == (True, False), query
    assert "没有符合条件的家庭" in client.get(address(file, "households"), {"number": "nothing"}).content.decode()


def test_the_ledger_is_paged_forwards_and_backwards(file, sign_in, monkeypatch):
    monkeypatch.setattr("caseload.views.households.PAGE", 2)
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        for name in ("何木兰", "江一帆", "叶归舟"):
            make_household(cast, name=name)
    client = sign_in(cast.social_worker)

    def shown(query):
        text = client.get(address(file, "households"), query).content.decode()
        return [no for no in ("0001", "0002", "0003", "0004") if f"QH01-H-{no}<" in text]

    assert [shown({}), shown({"after": "QH01-H-0002"}), shown({"before": "QH01-H-0003"})] == [
        ["0001", "0002"],
        ["0003", "0004"],
        ["0001", "0002"],
    ]


def test_a_family_is_entered_through_the_page_and_its_faults_stand_beside_the_fields(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    data = {
        "head-name": "江一帆",
        "head-id_number": NUMBER,
        "area": str(file["cast"].communities["柳林一社区"].pk),
        "categories": ["low_income"],
        "m-TOTAL_FORMS": "1",
        "m-INITIAL_FORMS": "0",
        "m-0-name": "江小满",
        "m-0-relation": "女儿",
    }
    taken = client.post(address(file, "new_household"), data)
    assert (
        taken.status_code,
        "这个身份证号已在台账中" in taken.content.decode(),
        "江小满" in taken.content.decode(),
    ) == (422, True, True)
    wrong = client.post(
        address(file, "new_household"), data | {"head-id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}
    )
    assert (wrong.status_code, "校验位不对" in wrong.content.decode()) == (422, True)
    made = client.post(address(file, "new_household"), data | {"head-id_number": id_number(serial=300)})
    assert made.status_code == 302
    with scope.tenant(file["cast"].tenant.pk):
        assert Household.objects.get(number="QH01-H-0002").people.count() == 2


def test_writing_the_ledger_never_shows_what_stands_there(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    text = client.get(address(file, "edit_ledger")).content.decode()
    assert ("已登记，留空则不改" in text, ">就业<" in text, "3 号楼" in text) == (True, False, False)
    client.post(address(file, "edit_ledger"), {"benefits": "低保金"})
    client.post(address(file, "edit_person"), {"relation": "户主", "employment": "无业", "education": "初中"})
    with scope.tenant(file["cast"].tenant.pk):
        household = Household.objects.get()
        assert (
            RegisterEntry.objects.get(household=household, kind="household_file").facts["ledger_complete"],
            household.address.reveal(),
        ) == (True, "柳林一社区 3 号楼")


def test_a_list_is_uploaded_looked_at_and_taken_once(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    sent = client.post(
        address(file, "ledger_import"), {"contract": str(file["cast"].contract.pk), "file": workbook(many(3))}
    )
    preview = client.get(sent["Location"]).content.decode()
    assert ("3 行都能导入" in preview, "许**" in preview, "许星河" in preview) == (True, True, False)
    take = sent["Location"] + "take/"
    assert (client.post(take).status_code, client.post(take).status_code) == (302, 409)
    with scope.tenant(file["cast"].tenant.pk):
        assert Household.objects.count() == 4


def test_the_preview_names_the_bad_cells_and_hands_back_the_marked_workbook(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    text = client.get(address(file, "import_preview")).content.decode()
    assert ("1 行要改" in text, "身份证号应为 18 位数字" in text) == (True, True)
    marked = client.get(address(file, "import_faults"))
    assert (marked.status_code, "attachment" in marked["Content-Disposition"]) == (200, True)
    assert client.post(address(file, "drop_import")).status_code == 302
    assert client.post(address(file, "take_import")).status_code == 409
    with scope.tenant(file["cast"].tenant.pk):
        assert LedgerImport.objects.get().state == "dropped"


def test_a_list_with_other_headers_is_named_column_by_column_and_then_checked(file, sign_in):
    client, contract = sign_in(file["cast"].social_worker), str(file["cast"].contract.pk)
    rows, header = [["柳林一社区", "许星河", id_number(serial=1)]], ["居住地", "困难群众", "证件"]
    sent = client.post(address(file, "ledger_import"), {"contract": contract, "file": workbook(rows, header)})
    columns = client.get(sent["Location"])["Location"]
    assert columns == sent["Location"] + "columns/"
    page = client.get(columns).content.decode()
    assert ("居住地" in page, "许星河" in page) == (True, False)
    wrong = client.post(columns, {"header": header, "column": ["community", "name", ""]})
    assert (wrong.status_code, "缺“身份证号”列" in wrong.content.decode()) == (422, True)
    right = client.post(columns, {"header": header, "column": ["community", "name", "id_number"]})
    assert "1 行都能导入" in client.get(right["Location"]).content.decode()


def test_a_family_that_is_there_in_part_is_joined_from_the_preview(file, sign_in):
    client, contract = sign_in(file["cast"].social_worker), str(file["cast"].contract.pk)
    rows = [row("L-7", serial=70), row("L-7", name="许小满", serial=71, relation="女儿")]
    for upload in (rows[:1], rows):
        sent = client.post(address(file, "ledger_import"), {"contract": contract, "file": workbook(upload)})
        preview = client.get(sent["Location"]).content.decode()
        done = client.post(sent["Location"] + "take/", {"family-2": "join", "family-x": "join"})
        assert done.status_code == 302
    assert ("1 户待你选择" in preview, "并入原户" in preview, "L-7" in preview) == (True, True, True)
    assert "导入 0 户" not in client.get(done["Location"]).content.decode()
    with scope.tenant(file["cast"].tenant.pk):
        assert Household.objects.get(number="L-7").people.count() == 2


def test_a_bad_file_is_refused_beside_its_field(file, sign_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = sign_in(file["cast"].social_worker).post(
        address(file, "ledger_import"),
        {"contract": str(file["cast"].contract.pk), "file": SimpleUploadedFile("x.xlsx", b"not a sheet")},
    )
    assert (answer.status_code, "这里只收 xlsx 表格" in answer.content.decode()) == (422, True)


def test_one_person_of_a_household_is_put_on_a_register(file, sign_in):
    client, person = sign_in(file["cast"].social_worker), file["person"]
    page = client.get(address(file, "put_on_register")).content.decode()
    with scope.tenant(file["cast"].tenant.pk):
        masked = str(person.name)
    assert ("整户" in page, masked in page, NAME in page) == (True, True, False)
    data = {"kind": "key_household", "person": str(person.pk), "from_day": "2024-06-03"}
    with scope.tenant(file["cast"].tenant.pk):
        RegisterEntry.objects.filter(kind="key_household").delete()
    assert client.post(address(file, "put_on_register"), data).status_code == 302
    with scope.tenant(file["cast"].tenant.pk):
        rows = RegisterEntry.objects.filter(kind="key_household")
        assert [(row.person_id, row.household_id, row.subject) for row in rows] == [
            (person.pk, person.household_id, person.pk)
        ]
        other = make_household(
            file["cast"], persons=[{"name": "苏晚照", "id_number": id_number(serial=7)}]
        ).people.get()
    of_another = data | {"person": str(other.pk), "from_day": "2024-06-04"}
    assert client.post(address(file, "put_on_register"), of_another).status_code == 422


def test_an_entry_leaves_its_register_after_its_last_day(file, sign_in):
    client = sign_in(file["cast"].agency_manager)
    assert client.post(address(file, "leave_register"), {"to_day": "2024-06-30"}).status_code == 302
    assert client.post(address(file, "leave_register"), {"to_day": "2024-06-30"}).status_code == 422
    with scope.tenant(file["cast"].tenant.pk):
        assert RegisterEntry.objects.get(pk=file["entry"].pk).to_day == date(2024, 6, 30)
