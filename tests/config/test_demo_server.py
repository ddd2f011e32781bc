"""The demo's processes end together, however the demo itself ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A child with a child of its own, like gunicorn and Celery; the whole tree is recognised by the word in its arguments.
CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]]); time.sleep(60)"
STUBBORN = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PROGRAM = """
import sys
from pathlib import Path
from config import demo_server
demo_server.PATIENCE = 1
logs, word = Path(sys.argv[1]), sys.argv[2]
commands = {{"steady": [sys.executable, "-c", {child!r}, word], "other": [sys.executable, "-c", {other!r}, word]}}
sys.exit(demo_server.supervise(commands, logs, lambda check: print("ready", flush=True)))
"""


def living(word):
    """Process ids whose arguments hold the word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture
def demo(tmp_path):
    """demo(other child's code) → (the supervising process, the word that marks its tree)."""
    started = []

    def start(other=CHILD):
        word = f"tree-{os.getpid()}-{time.monotonic_ns()}"
        program = PROGRAM.format(child=CHILD, other=other)
        process = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, word],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append((process, word))
        assert process.stdout.readline() == "ready\n"
        return process, word

    yield start
    for process, word in started:
        process.kill()
        process.communicate()
        for pid in living(word):
            os.kill(pid, signal.SIGKILL)


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_demo_stops_every_child_and_grandchild(demo, number):
    process, word = demo()
    wait_until(lambda: len(living(word)) == 5)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert living(word) == []


def test_a_child_that_ignores_the_request_is_killed(demo):
    process, word = demo(STUBBORN)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert living(word) == []


def test_when_one_process_ends_the_others_are_stopped_and_its_log_is_shown(demo):
    process, word = demo("import sys; sys.exit('no database')")
    assert process.wait(10) == 1
    assert "other has ended with status 1" in (complaint := process.stderr.read())
    assert "no database" in complaint
    assert living(word) == []


def test_a_demo_that_is_killed_takes_its_children_along(demo):
    process, word = demo(STUBBORN.replace("SIG_IGN", "SIG_DFL"))
    wait_until(lambda: len(living(word)) == 4)
    children = [pid for pid in living(word) if pid != process.pid]
    process.kill()
    wait_until(lambda: len(set(living(word)) & set(children)) <= 1)  # the grandchild belongs to its own parent


def test_a_port_in_use_is_explained():
    import socket

    from config import demo_server

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"port {port} can't be used .*PORT={port + 1} make demo"):
            demo_server.refuse_taken_port("127.0.0.1", port)
