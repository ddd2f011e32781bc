"""Two ledgers of a bureau, of 100,000 and of 1,000,000 people, and lists of 5,000 households to be imported into one.

A few people are entered as the program enters them; the others are copies with indexes of their own, which nothing finds.
"""

import io
import os
import sys
import time
from datetime import date, datetime

from config import local_server
from tests.bench import data

PEOPLE = (100_000, 1_000_000)
REAL, LIST = 200, 5000
# What a copied person shares with the first ones: a household of four.
FAMILY = 4
ON = date(2024, 11, 20)


def database(people):
    return f"fuyue_bench_ledger_{people}"


def ensure(people):
    """Make the ledger when it is missing or of another form."""
    data.build(database(people), environment(people), ["tests.bench.ledger", str(people)])


# --- lists ----------------------------------------------------------------------------------------------------------------
HEADER = ["户编号", "社区（村）", "姓名", "身份证号", "联系电话", "与户主关系", "类别", "住址", "就业状况", "文化程度", "享受保障情况", "帮扶需求"]  # fmt: skip


def numbers(run, count):
    """Valid identity numbers that no other run has: the first six digits are a region that exists nowhere."""
    from tenancy.rules import id_number_check

    for at in range(count):
        born = date(1940 + at // 500, 1 + at % 12, 1)
        first = f"99{run:04d}{born:%Y%m%d}{(at % 500) * 2 + 1:03d}"
        yield first + id_number_check(first)


def workbook(run):
    """The bytes of a list of 5,000 households of one person each, as Excel writes it."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for column, text in enumerate(HEADER):
            sheet.write_string(0, column, text)
        for line, number in enumerate(numbers(run, LIST), 1):
            cells = ["", "柳林一社区", "许星河", number, f"138{line:08d}", "户主", "城市低保", f"{line} 号楼 {line % 6 + 1} 单元", "无业", "初中", "低保金", "就业"]  # fmt: skip
            for column, text in enumerate(cells):
                sheet.write_string(line, column, text)
    return content.getvalue()


# --- inside a process of its own, with Django on the new database ---------------------------------------------------------
def make(people):
    from caseload.actions import households
    from caseload.actions.list_rows import insert_rows
    from caseload.models import Household, Person
    from tenancy import keys, scope
    from tests.cast import at, make_cast

    cast = make_cast("bench", "量度市民政局", 1)
    place = cast.communities["柳林一社区"]
    with scope.tenant(cast.tenant.pk):
        households.load_default_categories(by=None, at=at())
        first = households.add_household(contract=cast.contract, area=place, persons=[{"name": "白露华"}], by=cast.social_worker, at=at())  # fmt: skip
        known = {"household_id": first.pk, "name": "白露华", "name_index": "", "surname_index": "", "relation": "其他", "created_at": at()}  # fmt: skip
        rows = [known | {"id_number": number, "id_number_index": keys.blind_index(number)} for number in numbers(0, REAL)]  # fmt: skip
        insert_rows(Person, rows)
    with data.superuser_of(environment(people)) as connection:
        connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        _copy(connection, Household, "number LIKE '%-H-0001'", people // FAMILY)
        _copy(connection, Person, f"id_number_index = '{rows[0]['id_number_index']}'", people - REAL)
        connection.execute("CREATE TABLE bench_list (" + ", ".join(f"c{number} text" for number in range(len(HEADER))) + ")")  # fmt: skip
        connection.execute("CREATE TABLE bench_peer (id bigserial PRIMARY KEY, LIKE bench_list)")
        connection.execute("CREATE INDEX ON bench_peer (c3)")
        connection.execute("GRANT ALL ON bench_list, bench_peer, bench_peer_id_seq TO fuyue_app")
        connection.execute("VACUUM (ANALYZE)")


def _copy(connection, model, condition, count):
    """Copies of one row with ids, numbers and indexes of their own; people live in households of four."""
    table, homes = model._meta.db_table, "(SELECT array_agg(id) AS ids FROM caseload_household) h"
    own = {
        "id": "gen_random_uuid()",
        "number": "'B-' || g",
        "household_id": f"h.ids[1 + g % {count // FAMILY}]",
        "id_number_index": "encode(sha256(('n' || g)::bytea), 'hex')",
        "name_index": "encode(sha256(('p' || g % 30000)::bytea), 'hex')",
        "surname_index": "encode(sha256(('s' || g % 300)::bytea), 'hex')",
    }
    fields = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(own.get(field.column, f't."{field.column}"') for field in fields)
    source = f"{table} t, {homes}, generate_series(1, {count}) g"
    connection.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source} WHERE t.{condition}")


class Clerk:
    """A process with a ledger open, signed in as a social worker."""

    def __init__(self):
        from django.test import Client

        from contracts.models import Contract
        from tenancy import clock, scope
        from tenancy.models import Membership, Tenant

        now = datetime(ON.year, ON.month, ON.day, 12, tzinfo=clock.SHANGHAI)
        clock.now = lambda: now
        self.tenant = Tenant.objects.get(slug="bench")
        with scope.tenant(self.tenant.pk):
            self.contract = Contract.objects.first()
            member = Membership.objects.select_related("account").get(role="social_worker", organisation=self.contract.provider)  # fmt: skip
        self.client, self.run, self.numbers = Client(), int(time.time()) % 9000, list(numbers(0, REAL))
        self.client.force_login(member.account)
        session = self.client.session
        session["membership"] = str(member.pk)
        session.save()

    def find(self):
        """Look twenty people up by their numbers, each as a request of its own; milliseconds of one."""
        address, begin = f"/{self.tenant.slug}/caseload/households/find/", time.perf_counter()
        for at in range(20):
            answer = self.client.post(address, {"q": self.numbers[at * 7]})
            if answer.status_code != 200 or "<span>1 户</span>" not in answer.content.decode():
                raise SystemExit("the bench's person was not found")
        return {"ms": (time.perf_counter() - begin) * 1000 / 20}

    def take(self):
        """Upload a new list, and take it over."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        self.run += 1
        upload = SimpleUploadedFile(f"{self.run}.xlsx", workbook(self.run))
        address, begin = f"/{self.tenant.slug}/caseload/import/", time.perf_counter()
        checked = self.client.post(address, {"contract": self.contract.pk, "file": upload})
        middle = time.perf_counter()
        taken = self.client.post(checked["Location"] + "take/", {"whole": "1"})
        ended = time.perf_counter()
        if taken.status_code != 302:
            raise SystemExit("the bench's list was not taken")
        return {"ms": (ended - begin) * 1000, "result": [(middle - begin) * 1000, (ended - middle) * 1000]}

    def copy(self):
        """The bare parts: the same file read with calamine and written with COPY to a table without rules."""
        from django.db import connection
        from python_calamine import CalamineWorkbook

        self.run += 1
        content = io.BytesIO(workbook(self.run))
        begin = time.perf_counter()
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python(skip_empty_area=False)
        columns = ", ".join(f"c{number}" for number in range(len(HEADER)))
        with connection.cursor() as cursor, cursor.copy(f"COPY bench_list ({columns}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row(row)
        return {"ms": (time.perf_counter() - begin) * 1000}

    def peer(self):
        """django-import-export reading the same file into a plain model, as its documentation does it."""
        from tests.bench import peer

        self.run += 1
        content = workbook(self.run)
        begin = time.perf_counter()
        peer.take(content)
        return {"ms": (time.perf_counter() - begin) * 1000}


def environment(people):
    made = local_server.environment()
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
        made[name] = made[name].replace("/fuyue?", f"/{database(people)}?")
    files = os.fspath(local_server.LOCAL / "bench" / "files")
    return made | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_POOL": "1", "DEMO": "0", "STORAGE_URL": f"file://{files}"}  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    make(int(sys.argv[1]))
