"""`make bench`: prints one JSON line for each row of the goals that is measured. ARGS chooses rows: ARGS="1 3".

The data are made once and kept in `.local/` (minutes; BENCH_RECORDS=10000000 for ten million, BENCH_KEEP=1 to take what is
there after a change of the models). Everything runs as the restricted role with row-level security on. Both sides of a
ratio run in short alternating slices of one run, and medians are compared; nothing is asserted as a time.
"""

import importlib.util
import statistics
import sys

from config import local_server
from tests.bench import data, ledger
from tests.bench.probe import Probe
from tests.bench.slices import alternating, write

MORE = 10_000_000
SLICES, SLICE = 10, 40
LISTED = "case_session"


def row_1(probe):
    """The whole live table of a contract with 10,000 own records, against hand-written SQL for the same answers."""
    wrong = probe.ask("agree")["result"]
    sides = alternating(probe.timed("table"), probe.timed("by_hand"))
    write(1, "indicator table, 28 indicators", sides, goal=1.2, differences=wrong, records=data.RECORDS)


def row_2(probe):
    """More indicators; and, where the larger database is there, more records of others."""
    for vary in ("bounds", "windows"):
        statements = sorted({probe.ask("table", **how)["result"] for how in ({}, {"vary": vary})})
        sides = alternating(probe.timed("table", vary=vary), probe.timed("table"))
        write(2, f"indicator table, 28 to 100 indicators, other {vary}", sides, goal=1.2, statements=statements)
    if data.is_current(MORE):  # it takes ten minutes to make: only when asked for
        data.ensure(1_000_000)
        smaller, larger = Probe(1_000_000), Probe(MORE)
        sides = alternating(larger.timed("table"), smaller.timed("table"))
        write(2, "indicator table, 10^6 to 10^7 records of others", sides, goal=1.2)
        smaller.close(), larger.close()


def row_3(probe):
    """The contract page and its live table, against a page with nothing on it."""
    plain = probe.timed("get", path="bench/plain/")
    bare = statistics.median(probe.ask("get", path="bench/bare/")["ms"] for _ in range(10))
    table = "services/contracts/{contract}/indicators/"
    for name, asked in (
        ("contract page", {"path": "contracts/{contract}/"}),
        ("its indicator table, nothing changed since the last look", {"path": table}),
        ("its indicator table, measured anew", {"path": table, "afresh": True}),
    ):
        sides = alternating(probe.timed("get", **asked), plain)
        write(3, name, sides, goal=0.35, at_least=True, without_template=round(bare, 2))


def row_4(probe):
    """A filtered list of records, 50 of all, against a page with nothing on it and against Django's admin over the same rows."""
    asked = {"path": f"services/records/?kind={LISTED}&state=verified"}
    plain = probe.timed("get", path="bench/plain/")
    write(4, "filtered list of records", alternating(probe.timed("get", **asked), plain), goal=0.15, at_least=True)
    admin = Probe(
        data.RECORDS, env=data.environment(data.RECORDS) | {"DJANGO_SETTINGS_MODULE": "tests.bench.admin_settings"}
    )
    peer = admin.timed("get", path=f"bench/admin/?kind__exact={LISTED}&state__exact=verified")
    sides = alternating(probe.timed("get", **asked), peer, rounds=3)
    write(4, "filtered list of records, against Django's admin", sides, goal=20, at_least=True)
    admin.close()


def row_6(probe):
    """Log one service record over HTTP, against a plain insert view with the same sign-in."""
    sides = alternating(probe.timed("log_record", ours=True), probe.timed("log_record", ours=False))
    write(6, "log one service record", sides, goal=1.7)


def row_7(probe):
    """Import a list of 5,000 households over HTTP, against its bare parts; and against django-import-export where that is installed."""
    ledger.ensure(ledger.PEOPLE[0])
    clerk = Probe(0, env=ledger.environment(ledger.PEOPLE[0]), holding="Clerk")
    sides = alternating(clerk.timed("take"), clerk.timed("copy"), rounds=5)
    write(7, "import 5,000 households", sides, goal=4)
    if importlib.util.find_spec("import_export"):
        sides = alternating(clerk.timed("take"), clerk.timed("peer"), rounds=1)
        write(7, "import 5,000 households, against django-import-export", sides, goal=15, at_least=True)
    clerk.close()


def row_13(probe):
    """Find a person by the identity number among 1,000,000 people, against the same among 100,000."""
    clerks = []
    for people in ledger.PEOPLE:
        ledger.ensure(people)
        clerks.append(Probe(0, env=ledger.environment(people), holding="Clerk"))
    smaller, larger = clerks
    sides = alternating(larger.timed("find"), smaller.timed("find"))
    write(13, "find a person by identity number, 10^5 to 10^6 people", sides, goal=1.2)
    smaller.close(), larger.close()


def row_10(probe):
    """Measure and store all indicators of many contracts with two workers, against the bare SQL loop."""
    workers = (probe, Probe(data.RECORDS))
    contracts = probe.ask("contracts")["result"][: SLICES * SLICE]

    def slices(ours):
        for at in range(0, len(contracts), SLICE):
            halves = contracts[at : at + SLICE : 2], contracts[at + 1 : at + SLICE : 2]
            for worker, half in zip(workers, halves, strict=True):
                worker.send("measure_some", ours=ours, contracts=half)
            yield max(worker.receive()["ms"] for worker in workers)

    pairs = list(zip(slices(True), slices(False), strict=True))
    first, second = (statistics.median(side) / SLICE for side in zip(*pairs, strict=True))
    sides = first, second, statistics.median(own / other for own, other in pairs)
    write(
        10,
        "measure all contracts, two workers (ms a contract)",
        sides,
        goal=1.5,
        contracts=len(contracts),
        records=data.RECORDS,
    )
    workers[1].close()


ROWS = {"1": row_1, "2": row_2, "3": row_3, "4": row_4, "6": row_6, "7": row_7, "10": row_10, "13": row_13}
# They have a database of their own and don't need the million records.
APART = {"7", "13"}


def main():
    wanted = sys.argv[1:] or list(ROWS)
    with local_server.running():
        probe = None
        for number in wanted:
            if probe is None and number not in APART:
                data.ensure(data.RECORDS)
                probe = Probe(data.RECORDS)
            ROWS[number](probe)
        if probe is not None:
            probe.close()


if __name__ == "__main__":
    main()
