"""Personal data is unreadable at rest, bound to its row, masked when printed."""

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from caseload.models import Household, Person
from tenancy import keys, scope
from tests.cast import at


@pytest.fixture
def person(act):
    household = Household.objects.create(
        contract=act.contract,
        number="H1",
        area=act.communities["石桥社区"],
        street=act.streets["石桥街道"],
        created_at=at(),
    )
    return Person.objects.create(
        household=household, name="白露华", id_number="11010119900307003X", phone="13800001234", created_at=at()
    )


def test_sm4_gcm_follows_rfc_8998():
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    encryptor.update(plain)
    encryptor.finalize()
    assert encryptor.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


def test_the_table_holds_no_plain_text(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, id_number, phone FROM caseload_person")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert "白露华".encode() not in stored
    assert b"11010119900307003X" not in stored


def test_printing_gives_the_mask_and_revealing_the_text(person):
    found = Person.objects.get()
    assert (str(found.name), str(found.id_number), str(found.phone)) == ("白**", "110***********003X", "138****1234")
    assert found.name.reveal() == "白露华"


def test_saving_again_keeps_the_text(person):
    found = Person.objects.get()
    found.relation = "本人"
    found.save()
    assert Person.objects.get().id_number.reveal() == "11010119900307003X"


def test_bytes_moved_to_another_column_do_not_open(person):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE caseload_person SET phone = name")
    with pytest.raises(InvalidTag):
        Person.objects.get().phone.reveal()


def test_two_bureaus_have_different_blind_indexes(cast, strangers):
    indexes = set()
    for tenant in (cast.tenant, strangers.tenant):
        with scope.tenant(tenant.pk):
            indexes.add(keys.blind_index("11010119900307003X"))
    assert len(indexes) == 2
