"""The test suite itself runs on the role and the servers that production has."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import ProgrammingError, connection


@pytest.mark.django_db
def test_tests_run_as_the_restricted_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("fuyue_app", False, False, False)


@pytest.mark.django_db
def test_the_restricted_role_may_not_truncate():
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE django_content_type CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_flush_keeps_what_migrations_inserted_and_nothing_else(turn):
    before = ContentType.objects.count()
    assert before > 10
    assert not ContentType.objects.filter(app_label="invented").exists()
    ContentType.objects.create(app_label="invented", model=f"turn{turn}")


def test_the_cache_is_a_real_server_with_a_number_of_its_own():
    cache.set("turn", 1)
    assert cache._cache.get_client().connection_pool.connection_kwargs["db"] >= 16
    assert cache.get("turn") == 1


@pytest.mark.django_db
def test_the_restricted_role_may_read_every_table_and_owns_or_truncates_none():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'TRUNCATE'),"
            " pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        found = cursor.fetchall()
    assert len(found) > 20
    assert [row for row in found if row[1:] != (True, False, "fuyue_owner")] == []


@pytest.mark.django_db
def test_libraries_can_write_their_tables(client):
    session = client.session  # django_session: granted by our migrate command, not by a seal
    session["word"] = "kept"
    session.save()
    assert client.session["word"] == "kept"
