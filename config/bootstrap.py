"""Prepares a machine: the virtual environment, the system's libraries for PDF, and (--tests) a browser.

    python3 config/bootstrap.py [--tests]

Only the standard library. What is there already is left alone, so a second run touches neither network nor disk.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "installed-lock"
OLDEST_PYTHON = (3, 11)

# What WeasyPrint loads, and the Debian package that brings it. Without the last one a PDF takes twenty times longer.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def say(text):
    print(f"· {text}", flush=True)


def run(*command, **options):
    """Run a program; True when it succeeded."""
    return subprocess.run([str(part) for part in command], check=False, **options).returncode == 0


# --- Python ---------------------------------------------------------------------------------------------------------


def use_recent_python():
    """Start again with a newer interpreter when this one is too old and the machine has one."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606
    sys.exit(f"Python 3.11 or newer is needed (this one is {sys.version_info[0]}.{sys.version_info[1]}).")


def find_uv():
    """The path of a uv that works, or None."""
    found = shutil.which("uv")
    return found if found and run(found, "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) else None


def make_environment():
    """.venv, exactly as the lock says, each file checked against its hash."""
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    if STAMP.exists() and STAMP.read_text() == wanted and run(PYTHON, "-c", "import django"):
        return
    say("installing Python packages into .venv")
    uv = find_uv()
    if not (VENV / "bin" / "python").exists() or not run(PYTHON, "-c", ""):
        shutil.rmtree(VENV, ignore_errors=True)
        if not (uv and run(uv, "venv", "--quiet", "--python", sys.executable, VENV)):
            uv = None
            create_with_venv()
    if not (with_uv(uv) or with_pip()):
        sys.exit("The Python packages could not be installed; what failed is written above.")
    STAMP.write_text(wanted)


def create_with_venv():
    if not has_module("ensurepip"):
        install_packages(
            ["python3-venv", f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"],
            why="to make a virtual environment",
        )
    if not run(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("`python3 -m venv` failed: install your system's package for it (Debian, Ubuntu: python3-venv).")


def has_module(name):
    return run(sys.executable, "-c", f"import {name}", stderr=subprocess.DEVNULL)


def with_uv(uv):
    """Install with uv: the machine's, or one that pip fetches as the lock says. False when that is not possible."""
    if uv is None:
        uv = VENV / "bin" / "uv"
        if not uv.exists() and not fetch_uv():
            return False
    # The machine's own certificates, as pip uses them: a mirror inside an office often has one of its own.
    environment = {"UV_NATIVE_TLS": "1", "UV_SYSTEM_CERTS": "1", **os.environ}
    return run(uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK, env=environment)


def fetch_uv():
    lines = LOCK.read_text().splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.startswith("uv==")), None)
    if start is None:
        return False
    end = next(number for number in range(start, len(lines)) if not lines[number].rstrip().endswith("\\"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.writelines(lines[start : end + 1])
        only_uv.flush()
        return run(*pip(), "--require-hashes", "-r", only_uv.name)


def with_pip():
    if not run(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        run(PYTHON, "-m", "ensurepip", stdout=subprocess.DEVNULL)
    say("installing with pip (a minute or two)")
    return run(*pip(), "--require-hashes", "-r", LOCK)


def pip():
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


# --- the system's packages ------------------------------------------------------------------------------------------


def may_install():
    """The words to put before apt-get, or None when this user may not install."""
    if not shutil.which("apt-get"):
        return None
    if os.getuid() == 0:
        return []
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return ["sudo", "-n"] if shutil.which("sudo") and run("sudo", "-n", "true", **quiet) else None


_UPDATED = []


def install_packages(packages, why):
    """Install Debian packages, or print the one line that does it. True when they were installed."""
    privilege = may_install()
    if privilege is None:
        if shutil.which("apt-get"):
            say(f"missing {why}; please run:  sudo apt-get install -y --no-install-recommends {' '.join(packages)}")
        else:
            say(f"missing {why}; please install your system's packages for: {' '.join(packages)}")
        return False
    say(f"installing system packages {why}: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = [*privilege, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not _UPDATED:
        run(*apt, "update", env=environment)
        _UPDATED.append(True)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    if run(*command, env=environment, stdout=subprocess.DEVNULL):
        return True
    say(f"apt-get could not install: {' '.join(packages)}")
    return False


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_chinese_font():
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def add_system_libraries():
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not shutil.which("fc-list"):
        missing.append("fontconfig")
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if missing:
        install_packages(missing, why="for PDF files in Chinese")


def browser():
    """The path of a Chromium that Playwright can drive, or None."""
    for name in BROWSERS:
        found = shutil.which(name)
        # Ubuntu's package is a stub that asks for a snap: it is not a browser.
        if found and run(found, "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            return found
    question = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True, check=False).stdout.strip()
    return answer if answer and Path(answer).exists() else None


def add_browser():
    if browser():
        return
    released = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    debian = any(line.strip().strip('"') == "ID=debian" for line in released.splitlines())
    if debian and install_packages(["chromium"], why="for the browser tests") and browser():
        return
    say("fetching Chromium for the browser tests")
    needs = ["--with-deps"] if may_install() == [] else []
    run(PYTHON, "-m", "playwright", "install", *needs, "chromium")
    if not browser():
        sys.exit("The browser tests need Chromium: install the package `chromium` and run this again.")


def main():
    use_recent_python()
    make_environment()
    add_system_libraries()
    if "--tests" in sys.argv[1:]:
        add_browser()


if __name__ == "__main__":
    main()
