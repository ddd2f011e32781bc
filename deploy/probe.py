"""Asks this container's own web server: `python deploy/probe.py readyz` ends with 0 when it answers well."""

import sys
import urllib.error
import urllib.request

try:
    with urllib.request.urlopen(f"http://127.0.0.1:8000/{sys.argv[1]}", timeout=4) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except urllib.error.HTTPError as problem:
    sys.exit(problem.read().decode(errors="replace"))
except OSError as problem:
    sys.exit(str(problem))
