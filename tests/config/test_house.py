"""The house rules hold for the whole repository, and the checker really finds what breaks them."""

import pytest

from tests import house


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """write(path, text) → the path, in an empty repository."""
    monkeypatch.setattr(house, "ROOT", tmp_path)

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def python(repository, name, text):
    return list(house.faults_of_python(repository(name, text)))


def function(lines):
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def test_a_file_of_501_lines_is_too_long(repository):
    assert python(repository, "payments/models.py", "x = 1\n" * 500) == []
    assert python(repository, "payments/models.py", "x = 1\n" * 501) == ["payments/models.py: 501 lines, at most 500"]


def test_a_function_may_have_50_lines_and_a_view_40(repository):
    assert python(repository, "payments/actions.py", function(50)) == []
    assert python(repository, "payments/actions.py", function(51)) == [
        "payments/actions.py:1: f has 51 lines, at most 50"
    ]
    assert python(repository, "payments/views/ledger.py", function(40)) == []
    assert python(repository, "payments/views/ledger.py", function(41)) == [
        "payments/views/ledger.py:1: f has 41 lines, at most 40"
    ]


def test_a_name_that_says_nothing_is_refused(repository):
    assert python(repository, "payments/utils.py", "") == ["payments/utils.py: a name that says nothing"]
    assert python(repository, "services/rules.py", "") == []  # the app may be called so


@pytest.mark.parametrize(
    "line", ["from django.db import models", "from payments.models import Milestone", "import config"]
)
def test_rules_import_neither_database_nor_settings(repository, line):
    assert len(python(repository, "payments/rules.py", line + "\n")) >= 1
    assert python(repository, "payments/queries.py", line + "\n") == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="go()">',
        "<script>go()</script>",
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_markup_that_the_content_security_policy_blocks_is_found(repository, markup):
    path = repository("templates/payments/ledger.html", f"<h1>台账</h1>\n{markup}\n")
    assert len(list(house.faults_of_template(path))) == 1


def test_plain_markup_passes(repository):
    text = '<script src="{% static "js/page.js" %}" defer></script><p class="note">台账</p>\n'
    assert list(house.faults_of_template(repository("templates/x.html", text))) == []


def test_no_committed_file_names_a_package_registry():
    assert list(house.files_that_name_a_registry()) == []


def test_the_lock_files_have_a_hash_for_every_package_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (house.ROOT / name).read_text()
        packages = [line for line in text.splitlines() if line[:1].isalnum()]
        assert packages
        assert [line for line in packages if not line.endswith("\\")] == []
        assert "://" not in text
