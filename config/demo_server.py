"""Serves the demonstration: embedded servers, migrations, data, then web server, Celery worker and beat until Ctrl-C.

python -m config.demo_server          PORT=8000 HOST=127.0.0.1
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from config import local_server

LOGS = local_server.LOCAL / "logs"
PATIENCE = 15  # seconds that a child may take to end before it is killed
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """Somebody asked us to end."""


class ChildEnded(Exception):
    """A process that should run for ever has ended; the message names it."""


def _die_with_parent():
    """In the child: ask the kernel for a SIGTERM should the parent be killed without a chance to clean up."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Children:
    """Processes that start and end together. Each has a process group, so that its own children end with it."""

    def __init__(self):
        self.running = {}

    def start(self, name, command, log):
        with open(log, "wb") as output:
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=local_server.ROOT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def check(self):
        """Raise ChildEnded when one has ended."""
        for name, child in self.running.items():
            if child.poll() is not None:
                raise ChildEnded(f"{name} has ended with status {child.returncode}")

    def stop(self):
        for child in self.running.values():
            self._signal(child, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
        for child in self.running.values():
            self._signal(child, signal.SIGKILL, whole_group=True)
            child.wait()

    @staticmethod
    def _signal(child, number, *, whole_group=False):
        with contextlib.suppress(ProcessLookupError):
            if whole_group:
                os.killpg(child.pid, number)
            elif child.poll() is None:
                child.send_signal(number)


def supervise(commands, logs, ready):
    """Run the commands ({name: argv}) until a signal or until one ends; call ready(check) once all have started."""

    def ask_to_stop(number, frame):
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise Stop

    children = Children()
    for number in STOPPING:
        signal.signal(number, ask_to_stop)
    try:
        for name, command in commands.items():
            children.start(name, command, logs / f"{name}.log")
        ready(children.check)
        while True:
            children.check()
            time.sleep(0.5)
    except Stop:
        print("\nstopping …", flush=True)
        return 0
    except ChildEnded as ended:
        print(f"{ended}; the end of its log ({logs}):", file=sys.stderr)
        name = str(ended).split(" ", 1)[0]
        print(*(logs / f"{name}.log").read_text(errors="replace").splitlines()[-25:], sep="\n", file=sys.stderr)
        return 1
    finally:
        children.stop()


def commands(host, port):
    """What the demonstration consists of: the same programs as in production, on one machine."""
    python = [sys.executable, "-m"]
    gunicorn = ["gunicorn", "config.wsgi:application", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    celery = ["celery", "-A", "config", "worker", "--loglevel", "INFO"]
    worker = [*celery, "--concurrency", "2", "--queues", "celery", "--hostname", "worker@%h"]
    measurer = [*celery, "--concurrency", "1", "--queues", "measuring", "--hostname", "measurer@%h"]
    beat = ["celery", "-A", "config", "beat", "--loglevel", "INFO"]
    beat += ["--schedule", str(local_server.LOCAL / "beat-schedule"), "--pidfile="]
    return {
        "web": [
            *python,
            *gunicorn,
            "--workers",
            "2",
            "--threads",
            "4",
            "--graceful-timeout",
            "5",
            "--no-control-socket",
        ],
        "worker": [*python, *worker],
        "measurer": [*python, *measurer],
        "beat": [*python, *beat],
    }


def refuse_taken_port(host, port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            sys.exit(f"port {port} can't be used ({problem.strerror}): try another one, PORT={port + 1} make demo")


def wait_until_it_answers(port, check):
    for _ in range(600):
        check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise ChildEnded("web has not answered within a minute")


def manage(*arguments):
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=local_server.ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main():
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    refuse_taken_port(host, port)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    try:
        with local_server.running():
            os.environ.update(local_server.environment() | {"DATABASE_POOL": "1"})
            if host != "127.0.0.1":
                os.environ.setdefault("ALLOWED_HOSTS", "*")
            LOGS.mkdir(exist_ok=True)
            manage("migrate", "--verbosity", "0")
            manage("demo")

            def announce(check):
                wait_until_it_answers(port, check)
                print(f"\n扶约  http://localhost:{port}/   logs: {LOGS}   Ctrl-C stops everything\n", flush=True)

            return supervise(commands(host, port), LOGS, announce)
    except local_server.Unavailable as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
