"""A process that has one of the bench's databases open and does what it is told, one line at a time.

It reads {"call": name, …} and answers {"ms": milliseconds, …}: so two databases, or two workers, can be timed in turns.
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime

from tests.bench.data import ON, ROOT, environment


class Probe:
    """The other end: starts the process, asks it, ends it."""

    def __init__(self, records, *, env=None, holding="Worker"):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.probe", holding],
            env=os.environ | (env or environment(records)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, call, **more):
        self.process.stdin.write(json.dumps({"call": call, **more}) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the bench's process has ended; its complaint stands above")
        return json.loads(line)

    def ask(self, call, **more):
        """The whole answer."""
        self.send(call, **more)
        return self.receive()

    def timed(self, call, **more):
        """A call without arguments that returns milliseconds."""
        return lambda: self.ask(call, **more)["ms"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# --- inside the process -----------------------------------------------------------------------------------------------
class Worker:
    """Holds what is measured: the big contract, its indicators, a signed-in client."""

    def __init__(self):
        from django.test import Client

        from contracts.models import Contract
        from services.actions.indicators import store_measurement
        from tenancy import clock, scope
        from tenancy.models import Area, Membership, Tenant

        now = datetime(ON.year, ON.month, ON.day, 12, tzinfo=clock.SHANGHAI)
        clock.now = lambda: now
        self.tenant = Tenant.objects.get(slug="bench")
        with scope.tenant(self.tenant.pk):
            self.contract = Contract.objects.get(short_title="量度合同")
            self.small = Contract.objects.get(short_title="同规模合同", code="S")
            self.areas = [row.area_id for row in self.contract.contractareas.all()]
            self.place = str(Area.objects.filter(level="community").values_list("pk", flat=True)[0])
            self.few = list(self.contract.indicators.all())
            store_measurement(
                self.contract, on=ON, at=now
            )  # as every night; from now on the database counts its changes
            members = {
                role: Membership.objects.filter(
                    role=role, organisation__name__in=("同心社工服务中心", self.tenant.name)
                )
                .select_related("account")
                .first()
                for role in ("contract_manager", "social_worker")
            }
        self.clients = {role: Client() for role in members}
        for role, member in members.items():
            self.clients[role].force_login(member.account)
            session = self.clients[role].session
            session["membership"] = str(member.pk)
            session.save()

    def many(self, vary):
        """The 28 and 72 variations of them: with a window of their own each, or with other bounds in the same windows."""
        from services.models import Indicator

        made = [*self.few]
        for number in range(72):
            first = self.few[number % len(self.few)]
            definition = dict(first.definition)
            if vary == "windows" and "part_of" not in definition:
                definition["within"] = ["2024-06-01", f"2024-{7 + number % 6:02}-28"]
            elif vary == "bounds" and str(definition.get("of", "")).startswith("record."):
                definition["gate"] = {**definition.get("gate", {}), "minutes": {"ge": number}}
            made.append(
                Indicator(
                    contract=self.contract,
                    code=f"V{number}",
                    title="变式",
                    definition=definition,
                    unit=first.unit,
                    force=first.force,
                )
            )
        return made

    def table(self, vary=""):
        from services.indicators.measure import measure_contract

        rows = self.many(vary) if vary else self.few
        return self._inside(lambda: measure_contract(self.contract, on=ON, indicators=rows).statements)

    def by_hand(self):
        from tests.bench import by_hand

        return self._inside(lambda: len(by_hand.measure(self.contract, self.areas, ON)))

    def agree(self):
        """The numbers of both sides that differ."""
        from services.indicators.measure import measure_contract
        from tests.bench import by_hand
        from tests.bench.agreeing import differences

        return self._inside(
            lambda: differences(
                measure_contract(self.contract, on=ON), by_hand.measure(self.contract, self.areas, ON), self.areas
            )
        )

    def get(self, path, role="contract_manager", afresh=False):
        from services.indicators import standing

        if afresh:
            standing.forget()
        address = f"/{self.tenant.slug}/{path.format(contract=self.contract.pk)}"
        client = self.clients[role]
        begin = time.perf_counter()
        answer = client.get(address)
        told = (time.perf_counter() - begin) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        return {"ms": told, "result": len(answer.content)}

    def log_record(self, ours):
        from uuid6 import uuid7

        known = {"contract": str(self.small.pk), "kind": "supervision", "title": "督导"}
        if ours:
            record = uuid7()
            path = f"/{self.tenant.slug}/services/records/new/?contract={self.small.pk}&kind=supervision&id={record}"
            known |= {"id": str(record), "version": "1", "narrative": "督导记录", "act": "submit", "consent": "on"}
            known |= {"day": "2024-11-20", "start": "10:00", "end": "11:00", "area": self.place}
        else:
            path = f"/{self.tenant.slug}/bench/insert/"
        client = self.clients["social_worker"]
        begin = time.perf_counter()
        answer = client.post(path, known)
        told = (time.perf_counter() - begin) * 1000
        if answer.status_code != 302:
            raise SystemExit(f"{path} answers {answer.status_code}")
        return {"ms": told}

    def measure_some(self, ours, contracts):
        """Measure and store these contracts (tenant, id), as the task does; or run the statements by hand for each."""
        from contracts.models import Contract
        from services.actions.indicators import store_measurement
        from tenancy import clock, scope
        from tests.bench import by_hand

        begin = time.perf_counter()
        for tenant, pk in contracts:
            with scope.tenant(tenant):
                contract = Contract.objects.get(pk=pk)
                if ours:
                    store_measurement(contract, on=ON, at=clock.now())
                else:
                    by_hand.measure(contract, [row.area_id for row in contract.contractareas.all()], ON)
        return {"ms": (time.perf_counter() - begin) * 1000}

    def contracts(self):
        """(tenant, id) of every contract that is a copy of the small one."""
        from contracts.models import Contract
        from tenancy import scope
        from tenancy.models import Tenant

        found = []
        for tenant in Tenant.objects.order_by("pk").values_list("pk", flat=True):
            with scope.tenant(tenant):
                found += [
                    (tenant, str(pk))
                    for pk in Contract.objects.filter(short_title="同规模合同").values_list("pk", flat=True)
                ]
        return {"ms": 0, "result": found}

    def _inside(self, act):
        from tenancy import scope

        with scope.tenant(self.tenant.pk):
            begin = time.perf_counter()
            result = act()
            return {"ms": (time.perf_counter() - begin) * 1000, "result": result}


def main():
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    if sys.argv[1:] == ["Clerk"]:
        from tests.bench.ledger import Clerk

        worker = Clerk()
    else:
        worker = Worker()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(worker, asked.pop("call"))(**asked)), flush=True)


if __name__ == "__main__":
    main()
