"""What prepares a machine: it leaves alone what is there, and says in one line what only an administrator may do."""

import subprocess

import pytest

from config import bootstrap


@pytest.fixture
def commands(monkeypatch):
    """Every command that would have been run; none is."""
    ran = []

    def record(*command, **options):
        ran.append([str(part) for part in command])
        return True

    monkeypatch.setattr(bootstrap, "run", record)
    return ran


def test_this_machine_needs_nothing_more_so_that_no_network_is_touched():
    """The suite runs on a prepared machine: preparing it once more finds all libraries, fonts and a browser."""
    assert [library for library in bootstrap.LIBRARIES if not bootstrap.loads(library)] == []
    assert bootstrap.has_chinese_font()
    assert bootstrap.browser()


def test_an_unchanged_lock_installs_nothing(commands, monkeypatch, tmp_path):
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("uv==1 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    monkeypatch.setattr(bootstrap, "STAMP", stamp)
    monkeypatch.setattr(bootstrap, "find_uv", lambda: "/usr/bin/uv")
    bootstrap.make_environment()
    assert [command[1:3] for command in commands if command[0] == "/usr/bin/uv"] == [["pip", "sync"]]
    commands.clear()
    bootstrap.make_environment()
    assert [command for command in commands if command[0] == "/usr/bin/uv"] == []
    lock.write_text("uv==2 \\\n    --hash=sha256:00\n")
    bootstrap.make_environment()
    assert [command[1:3] for command in commands if command[0] == "/usr/bin/uv"] == [["pip", "sync"]]


def test_pip_takes_over_where_uv_fails_and_hashes_are_still_required(monkeypatch, tmp_path):
    ran = []

    def only_pip_works(*command, **options):
        ran.append([str(part) for part in command])
        return "sync" not in command

    lock = tmp_path / "lock"
    lock.write_text("uv==1 \\\n    --hash=sha256:00\nzipp==2 \\\n    --hash=sha256:11\n")
    monkeypatch.setattr(bootstrap, "run", only_pip_works)
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    bootstrap.make_environment()
    installs = [command for command in ran if "install" in command]
    assert installs
    assert [command for command in installs if "--require-hashes" not in command] == []
    assert installs[-1][-1] == str(lock)


def test_without_the_right_to_install_one_line_tells_how(commands, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "may_install", lambda: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get")
    assert bootstrap.install_packages(["libpango-1.0-0", "fonts-noto-cjk"], why="for PDF files") is False
    line = "sudo apt-get install -y --no-install-recommends libpango-1.0-0 fonts-noto-cjk"
    assert capsys.readouterr().out == f"· missing for PDF files; please run:  {line}\n"
    assert commands == []


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed \(this one is 3\.9\)"):
        bootstrap.use_recent_python()


def test_the_bootstrap_needs_only_the_standard_library():
    """It runs before anything is installed: -S leaves site-packages out, -I everything else."""
    for name in ("bootstrap.py", "local_postgres.py"):
        done = subprocess.run(
            [
                bootstrap.sys.executable,
                "-I",
                "-S",
                "-c",
                f"import runpy; runpy.run_path('config/{name}', run_name='x')",
            ],
            cwd=bootstrap.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
