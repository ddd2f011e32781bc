"""The house rules that no linter knows: sizes, forbidden names, pure rules, templates that compile.

python -m tests.house
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "payments", "evaluations", "services", "caseload", "contracts", "documents", "tenancy")
FILE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES = 500, 50, 40, 150
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "managers", "mixins", "base", "services", "signals", "misc"}
IMPURE = re.compile(
    r"^(django\.(db|conf|utils\.timezone|core\.cache)|celery|config)(\.|$)|\.(models|queries|actions|views|tasks)$"
)
INLINE = re.compile(
    r"\sstyle=\"|<style\b|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|https?://(?!www\.w3\.org)"
)
# The hosts themselves are spelt in pieces, so that this file does not hold what it forbids.
REGISTRY = re.compile(
    r"pypi\.(org|python)|files\.python" + r"hosted\.org|registry\.npm" + r"js\.org|--(extra-)?index-url|--find-links",
    re.IGNORECASE,
)


def python_files():
    for folder in (*APPS, "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{name.name}") for name in node.names)


def faults_of_python(path):
    """What breaks a house rule in one Python file, as 'place: fault' lines."""
    place, text = path.relative_to(ROOT), path.read_text()
    rooms, in_tests = place.with_suffix("").parts, place.parts[0] == "tests"
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{place}: {lines} lines, at most {FILE_LINES}"
    if not in_tests and FORBIDDEN_NAMES.intersection(rooms[1:]):
        yield f"{place}: a name that says nothing"
    try:
        tree = ast.parse(text)
    except SyntaxError as fault:
        yield f"{place}:{fault.lineno}: {fault.msg}"
        return
    limit = VIEW_LINES if "views" in rooms[1:] else FUNCTION_LINES
    for function in _functions(tree):
        length = function.end_lineno - function.lineno + 1
        if length > limit:
            yield f"{place}:{function.lineno}: {function.name} has {length} lines, at most {limit}"
    if "rules" in rooms[1:] and not in_tests:
        for node, name in _imports(tree):
            if IMPURE.search(name):
                yield f"{place}:{node.lineno}: rules are pure and must not import {name}"


def faults_of_template(path):
    place, text = path.relative_to(ROOT), path.read_text()
    lines = text.count("\n")
    if lines > TEMPLATE_LINES:
        yield f"{place}: {lines} lines, at most {TEMPLATE_LINES}"
    if "paper" not in place.name and "papers" not in place.parts:
        for number, line in enumerate(text.splitlines(), 1):
            found = INLINE.search(line)
            if found:
                yield f"{place}:{number}: {found.group().strip()} breaks the content security policy"


def templates():
    return sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")])


def templates_that_do_not_compile():
    from django.template import TemplateSyntaxError, engines

    engine = engines["django"]
    for path in templates():
        try:
            engine.from_string(path.read_text())
        except TemplateSyntaxError as fault:
            yield f"{path.relative_to(ROOT)}: {fault}"


def committed_files():
    """What git keeps; in an unpacked archive, everything that the program did not make itself."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    made = {".venv", ".local", "node_modules", "staticfiles", "__pycache__"}
    return [path for path in sorted(ROOT.rglob("*")) if not made.intersection(path.relative_to(ROOT).parts)]


def files_that_name_a_registry():
    """An index or registry address ties everybody to one mirror: pip and uv know theirs from the machine."""
    for path in committed_files():
        if not path.is_file() or path.suffix in {".png", ".jpg", ".woff2", ".ttf", ".xlsx", ".pdf", ".ico", ".zip"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if REGISTRY.search(line) and path != Path(__file__).resolve():
                yield f"{path.relative_to(ROOT)}:{number}: names a package registry"


def faults():
    for path in python_files():
        yield from faults_of_python(path)
    for path in templates():
        yield from faults_of_template(path)
    yield from templates_that_do_not_compile()
    yield from files_that_name_a_registry()


def main():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import local_server

    for name, value in local_server.environment().items():
        os.environ.setdefault(name, value)
    django.setup()
    found = list(faults())
    print(*found, sep="\n")
    print(f"house rules: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
