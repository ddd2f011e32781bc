"""Migration operation that puts the walls of a tenant table up: row-level security, composite keys, grants.

It reads the migration's own state, so it stays true for the tables of its time, and it may run again after a later
migration has added a table or a foreign key.
"""

from django.conf import settings
from django.db.migrations.operations.base import Operation

TENANT_POLICY = "tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint)"
# A membership is read before the tenant is known: an account always sees its own.
MEMBERSHIP_READ = (
    f"{TENANT_POLICY} OR account_id = (SELECT NULLIF(current_setting('app.account_id', true), '')::bigint)"
)


def _is_tenant_model(model):
    return any(field.name == "tenant" and field.is_relation for field in model._meta.local_fields)


def _grant_sequence(schema_editor, table):
    """An id that counts up needs its sequence; a table with another key has none."""
    schema_editor.execute(
        f"DO $$ DECLARE s text; BEGIN SELECT pg_get_serial_sequence('\"{table}\"', a.attname) INTO s FROM pg_attribute a"
        f" WHERE a.attrelid = '\"{table}\"'::regclass AND a.attname = 'id' AND a.attnum > 0;"
        f" IF s IS NOT NULL THEN EXECUTE 'GRANT USAGE ON SEQUENCE ' || s || ' TO \"{settings.APP_DATABASE_ROLE}\"'; END IF; END $$"
    )


class SealTenantTables(Operation):
    """Seal every tenant table of the app.

    `append_only` names models that may only be inserted into and read, `read_only` those that only a trigger writes.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, append_only=(), read_only=()):
        self.append_only = append_only
        self.read_only = read_only

    def state_forwards(self, app_label, state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass

    def describe(self):
        return "Seal tenant tables: row-level security, composite keys, grants"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        rights = {name.lower(): "SELECT, INSERT" for name in self.append_only}
        rights |= {name.lower(): "SELECT" for name in self.read_only}
        own = [
            model for model in to_state.apps.get_models() if model._meta.app_label == app_label and model._meta.managed
        ]
        for model in own:
            if _is_tenant_model(model):
                self._isolate(schema_editor, model._meta.db_table)
            self._grant(
                schema_editor,
                model._meta.db_table,
                rights.get(model._meta.model_name, "SELECT, INSERT, UPDATE, DELETE"),
            )
        for model in own:  # every target has its UNIQUE (tenant_id, id) by now
            if _is_tenant_model(model):
                self._composite_keys(schema_editor, model)

    def _isolate(self, schema_editor, table):
        read = MEMBERSHIP_READ if table == "tenancy_membership" else TENANT_POLICY
        for statement in (
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS tenant ON "{table}"',
            f'CREATE POLICY tenant ON "{table}" USING ({read}) WITH CHECK ({TENANT_POLICY})',
        ):
            schema_editor.execute(statement)
        self._constraint(schema_editor, table, f"{table}_tenant_id_id", "UNIQUE (tenant_id, id)")

    def _composite_keys(self, schema_editor, model):
        """A plain foreign key checks past row-level security; this one can't reach another tenant's row."""
        for field in model._meta.local_fields:
            target = field.remote_field.model if field.is_relation else None
            if target is None or field.name == "tenant" or not _is_tenant_model(target):
                continue
            self._constraint(
                schema_editor,
                model._meta.db_table,
                f"{model._meta.db_table}_{field.column}_t"[:63],
                f'FOREIGN KEY (tenant_id, "{field.column}") REFERENCES "{target._meta.db_table}" (tenant_id, id)'
                " DEFERRABLE INITIALLY DEFERRED",
            )

    def _constraint(self, schema_editor, table, name, definition):
        schema_editor.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}')"
            f' THEN ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}; END IF; END $$'
        )

    def _grant(self, schema_editor, table, rights):
        role = settings.APP_DATABASE_ROLE
        schema_editor.execute(f'REVOKE ALL ON "{table}" FROM "{role}"')
        schema_editor.execute(f'GRANT {rights} ON "{table}" TO "{role}"')
        _grant_sequence(schema_editor, table)


class GrantPlainTables(Operation):
    """Let the restricted role work with tables that belong to no tenant: sessions, lockout, content types."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, *app_labels):
        self.app_labels = app_labels

    def state_forwards(self, app_label, state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass

    def describe(self):
        return "Grant plain tables to the restricted role"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        role = settings.APP_DATABASE_ROLE
        schema_editor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        schema_editor.execute(f'GRANT SELECT ON django_migrations TO "{role}"')
        for model in to_state.apps.get_models(include_auto_created=True):
            if model._meta.app_label in self.app_labels:
                table = model._meta.db_table
                schema_editor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{role}"')
                _grant_sequence(schema_editor, table)
