"""The bench's bureaus: 1,000 contracts of 334 tenants with a million service records (or ten), made once and kept.

One small contract of the 28 Mentougou indicators is written through the models; PostgreSQL copies it a thousand times with
ids of its own. A second contract, with 10,000 records, is the one whose pages are measured. The records of all contracts
lie mixed in the table, as they would after years.
"""

import hashlib
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psycopg

from config import local_server

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS, TENANTS = 1000, 334
RECORDS = int(os.environ.get("BENCH_RECORDS", "1000000"))
ON = date(2024, 11, 20)


def database(records):
    return f"fuyue_bench_{records}"


def environment(records):
    """What points a process at the database of so many records; the restricted role, as in production."""
    made = local_server.environment()
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
        made[name] = made[name].replace("/fuyue?", f"/{database(records)}?")
    return made | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_POOL": "1", "DEMO": "0"}


def superuser(records):
    """A connection past row-level security and foreign keys: only the embedded server has one, only copying needs it."""
    return superuser_of(environment(records))


def superuser_of(environment):
    """The same for the database of an environment."""
    url = environment["MIGRATION_DATABASE_URL"].replace("fuyue_owner@", "postgres@")
    return psycopg.connect(url, autocommit=True)


def digest():
    """Changes with whatever the data are made of."""
    made = hashlib.sha256()
    paths = [*ROOT.glob("*/migrations/*.py"), Path(__file__), ROOT / "contracts/library/mtg04.yaml"]
    for path in sorted(paths):
        made.update(path.read_bytes())
    return made.hexdigest()


def _stamp(name):
    return local_server.LOCAL / "bench" / f"{name}.digest"


def is_current(records):
    """Whether the database of so many records is there and made of what stands now."""
    return stands(database(records))


def stands(name):
    """Whether a database is there and made of what stands now; BENCH_KEEP=1 takes what is there."""
    stamp = _stamp(name)
    return stamp.exists() and (os.environ.get("BENCH_KEEP") == "1" or stamp.read_text() == digest())


def ensure(records=RECORDS):
    """Make the database when it is missing or made of something else."""
    build(database(records), environment(records), ["tests.bench.data", str(records)])


def build(name, environment, maker):
    """Make a database with the program's tables when it is not there, and let `maker` (a module and its argument) fill it."""
    if stands(name):
        return
    stamp, begin = _stamp(name), time.monotonic()
    stamp.parent.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    env = os.environ | environment
    with psycopg.connect(local_server.environment()["MIGRATION_DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        owner.execute(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        )
    said = {"stdout": sys.stderr, "check": True, "cwd": ROOT}
    owned = env | {"DATABASE_URL": env["MIGRATION_DATABASE_URL"]}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=owned, **said)
    subprocess.run([sys.executable, "-m", *maker], env=env, **said)
    stamp.write_text(digest())
    print(f"bench data {name} made in {time.monotonic() - begin:.0f} s", file=sys.stderr)


# --- inside a process of its own, with Django on the new database -----------------------------------------------------
def make(records):
    from django.db.models import Value
    from django.db.models.functions import Concat

    from caseload.models import Case, Household
    from tenancy import scope
    from tests.cast import make_cast
    from tests.services.indicators import mentougou as m
    from tests.services.indicators import world as worlds

    cast = make_cast("bench", "量度市民政局", 1)
    with scope.tenant(cast.tenant.pk):
        small = m.mentougou(cast)
        own_records(small, scale=records / CONTRACTS / 10000)
        small.contract.code, small.contract.short_title = "S", "同规模合同"
        small.contract.save()
        for model in (Household, Case):  # numbers are a bureau's own, and the big contract brings the same
            model.objects.update(number=Concat(Value("S"), "number"))
    with superuser(records) as connection:
        Copy(connection, small.contract.pk, cast.tenant.pk).everything()
    with scope.tenant(cast.tenant.pk):
        from contracts.models import Label
        from services.models import ActivityKind

        Label.objects.all().delete()  # the same file brings them again
        plain, worlds.uid = worlds.uid, lambda family, number: plain(family, number + (1 << 48))
        big = m.mentougou(cast)
        big.contract.short_title = "量度合同"
        big.contract.save()
        own_records(big, scale=1)
        # What is logged over HTTP asks for no file: storing pictures has a time of its own.
        ActivityKind.objects.filter(code="supervision").update(evidence=[], shows=[])
    with superuser(records) as connection:
        connection.execute("VACUUM (ANALYZE)")


def own_records(world, *, scale):
    """Some 10,000 records × scale of one contract, of which half are of counted kinds."""
    from tests.services.indicators import mentougou as m

    many = lambda number: max(1, round(number * scale))  # noqa: E731
    households = many(486)
    world.add("register", *m.key_households(households)[1])
    for source, rows in (
        *m.cases(many(128)),
        m.groups(),
        *(m.revisits(many(400), (day,)) for day in ("2024-05-20", "2024-08-20", "2024-11-01")),
    ):
        world.add(source, *rows)
    survey = {"kind": "home_survey", "day": "2024-05-08", "workers": 2, "mode": "home"}
    event = {"kind": "event", "day": "2024-08-01", "facts": {"topic": "festival"}}
    plain = {"kind": "supervision", "day": "2024-08-01"}
    place = m.communities
    surveys = (
        survey | {"household_id": n % households + 1, "team_id": 900 + n % 10, "area_id": place(n)}
        for n in range(many(2500))
    )
    world.add("record", *surveys)
    world.add("record", *(event | {"participants": 25 + n % 30, "area_id": place(n)} for n in range(many(500))))
    world.add("record", *(plain | {"area_id": place(n)} for n in range(many(5100))))


class Copy:
    """Copies of a tenant's frame, and of one contract with all that hangs on it, in one statement a table."""

    def __init__(self, connection, contract, tenant):
        from caseload.models import Case, Category, Group, Household, Person, RegisterEntry
        from contracts.models import Contract, ContractArea, Label
        from services.models import ActivityKind, Indicator, ServiceRecord
        from tenancy.models import Area, AuditHead, Membership, Organisation, TenantKey

        self.connection, self.contract, self.tenant = connection, contract, tenant
        self.frame = [TenantKey, AuditHead, Area, Organisation, Membership, Category, ActivityKind, Label]
        self.parts = [Contract, ContractArea, Indicator, Household, Person, RegisterEntry, Case, Group, ServiceRecord]

    def everything(self):
        self.connection.execute(
            "SET session_replication_role = replica; SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'"
        )
        self.connection.execute("SET synchronous_commit = off; CREATE TEMP TABLE copies (k int, tenant bigint)")
        names = "slug || k", "name || k", "short_name || k"
        self.connection.execute(
            f"WITH made AS (INSERT INTO tenancy_tenant (slug, name, short_name, kind, is_demo, created_at) SELECT {', '.join(names)}, kind, is_demo, created_at"
            " FROM tenancy_tenant, generate_series(1, %s) k WHERE id = %s RETURNING id)"
            " INSERT INTO copies SELECT row_number() OVER (ORDER BY id), id FROM made",
            [TENANTS - 1, self.tenant],
        )
        self.connection.execute("INSERT INTO copies VALUES (0, %s)", [self.tenant])
        for model in self.frame:
            self._insert(model, "copies c", "c.k <> 0", key="c.k")
        for model in self.parts:
            indexes = self._drop_indexes(model) if model.__name__ == "ServiceRecord" else []
            self._insert(
                model, f"generate_series(1, {CONTRACTS - 1}) g JOIN copies c ON c.k = g % {TENANTS}", "true", key="g"
            )
            for statement in indexes:
                self.connection.execute(statement)

    def _insert(self, model, many, condition, *, key):
        fields = model._meta.local_concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(self._value(model, field, key) for field in fields)
        own = self._own(model) if model in self.parts else f"t.tenant_id = {self.tenant}"
        table = model._meta.db_table
        self.connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t CROSS JOIN {many} WHERE {own} AND {condition}"
        )

    def _own(self, model):
        """The rows of the contract: a person hangs on its household."""
        if model.__name__ == "Contract":
            return f"t.id = '{self.contract}'"
        if model.__name__ == "Person":
            return f"t.household_id IN (SELECT id FROM caseload_household WHERE contract_id = '{self.contract}')"
        return f"t.contract_id = '{self.contract}'"

    def _value(self, model, field, key):
        column = f't."{field.column}"'
        if field.column == "tenant_id":
            return "c.tenant"
        if field.primary_key or field.get_internal_type() == "UUIDField" or self._points_at(field, self.parts):
            whole = "c.k" if model in self.frame else key
            return f"md5({column}::text || ':' || {whole})::uuid"
        if self._points_at(field, self.frame):
            return f"CASE WHEN c.k = 0 THEN {column} ELSE md5({column}::text || ':' || c.k)::uuid END"
        if field.column in ("code", "number") and model.__name__ in ("Contract", "Household", "Case"):
            return f"{column} || '-' || {key}"
        if field.column in ("seq", "hash"):
            return "0" if field.column == "seq" else "''"
        return column

    @staticmethod
    def _points_at(field, models):
        return field.is_relation and field.related_model in models

    def _drop_indexes(self, model):
        """The statements that make the table's indexes again; they are dropped for the load. Constraints' own stay."""
        rows = self.connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)",
            [model._meta.db_table],
        ).fetchall()
        for name, _made in rows:
            self.connection.execute(f'DROP INDEX "{name}"')
        return [made for _name, made in rows]


if __name__ == "__main__":
    import django

    django.setup()
    make(int(sys.argv[1]))
