"""`make bench`: prints one JSON line for each row that is measured. ARGS are pytest's own, e.g. `-k indicators`.

The rows run on a database of their own, as the restricted role, with row-level security on. Both sides of a ratio run in
short alternating slices of one run, and the medians are compared; nothing is asserted as a time.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.jsonl"
        out.touch()
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/bench", "-q", "-o", "python_files=bench_*.py", *sys.argv[1:]],
            env=os.environ | {"TEST_DB": "bench", "BENCH_OUT": str(out)},
            capture_output=True,
            text=True,
            check=False,
        )
        print(out.read_text(), end="")
        if told.returncode:
            print(told.stdout[-4000:], told.stderr[-2000:], file=sys.stderr)
        return told.returncode


if __name__ == "__main__":
    sys.exit(main())
