"""No tenant, no query; one tenant never sees another's rows, with either wall alone."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tenancy import scope
from tenancy.models import Area, Membership, Organisation


def test_a_query_outside_a_scope_raises(cast):
    with pytest.raises(scope.NoTenant):
        Area.objects.count()


def test_raw_sql_on_a_tenant_table_outside_a_scope_raises(cast):
    with pytest.raises(scope.NoTenant), connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM "tenancy_area"')


def test_the_database_alone_hides_other_tenants(cast, strangers):
    token = scope.filtering.set(False)
    try:
        with scope.tenant(cast.tenant.pk):
            assert set(Organisation.objects.values_list("tenant_id", flat=True)) == {cast.tenant.pk}
            assert Organisation.objects.filter(pk=strangers.provider.pk).exists() is False
        assert Organisation.objects.count() == 0
    finally:
        scope.filtering.reset(token)


def test_the_database_refuses_a_row_of_another_tenant(cast, strangers):
    with (
        scope.tenant(cast.tenant.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Area.objects.create(tenant=strangers.tenant, name="别家", level="district")


def test_a_foreign_key_cannot_reach_another_tenant(cast, strangers):
    with pytest.raises(IntegrityError), transaction.atomic(), scope.tenant(cast.tenant.pk):
        Membership.objects.create(
            account=cast.social_worker.account, organisation_id=strangers.provider.pk, role="supervisor"
        )
        connection.check_constraints()


def test_a_get_request_cannot_write(cast):
    with (
        pytest.raises(Exception, match="read-only"),
        transaction.atomic(),
        scope.acting(cast.social_worker, read_only=True),
    ):
        Area.objects.create(name="新区", level="district")


def test_the_setting_does_not_outlive_the_scope(cast):
    with scope.tenant(cast.tenant.pk):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant_id', true)")
        assert cursor.fetchone()[0] == ""


def test_another_tenant_cannot_be_opened_inside(cast, strangers):
    with scope.tenant(cast.tenant.pk), pytest.raises(scope.NoTenant), scope.tenant(strangers.tenant.pk):
        pass
