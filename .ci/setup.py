"""Makes the virtual environment: `python3 .ci/setup.py runtime` or `development`.

Plain standard library and readable by any Python from 3.8, so that an unsuitable one can still say what is wrong.
Finds a Python from 3.11 to 3.13 by itself (PYTHON= overrides), makes `.venv/` (VENV= moves it), installs the
hash-pinned installer and then the hash-pinned lock, and does nothing at all when that is done already.
"""

import ctypes
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NoReturn, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
NEWEST, OLDEST = (3, 13), (3, 11)
PROBE = (
    "import ensurepip, json, sys, venv; base = getattr(sys, '_base_executable', '') or sys.executable; "
    "print(json.dumps([sys.version_info[:3], base, sys.implementation.name]))"
)
STAMP = ".sdwg.json"

PANGO_LIBRARIES = {
    "GLib": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0.dylib"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib", "libpangoft2-1.0.dylib"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig.dylib"),
}
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def say(line: str) -> None:
    print(line, flush=True)


def stop(sentence: str) -> NoReturn:
    print("\n" + sentence, file=sys.stderr, flush=True)
    sys.exit(1)


def venv_folder() -> Path:
    return (ROOT / os.environ.get("VENV", ".venv")).absolute()


def venv_python() -> Path:
    return venv_folder() / "bin" / "python"


# ---------------------------------------------------------------------------------------------------- which Python


def probe(command: str) -> Optional[Tuple[Tuple[int, ...], str]]:
    """The version and true path of a working CPython with `venv` and `ensurepip`, or None."""
    try:
        answer = subprocess.run([command, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False)
        version, path, implementation = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return (tuple(version), path) if implementation == "cpython" else None


def suitable(version: Tuple[int, ...]) -> bool:
    return OLDEST <= version[:2] <= NEWEST


def candidates() -> List[str]:
    """Commands that may be a Python, the one that runs this first, then newest first."""
    commands = [sys.executable]
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for name in [*names, "python3", "python"]:
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
            found = shutil.which(name, path=folder) if folder else None
            if found:
                commands.append(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        commands.extend(str(path) for path in sorted(pyenv.glob(f"3.{minor}.*/bin/python"), reverse=True))
        for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"):
            commands.append(f"{folder}/python3.{minor}")
    return list(dict.fromkeys(command for command in commands if command))


def choose_python() -> Tuple[Tuple[int, ...], str]:
    """A Python to build on. PYTHON= is taken at its word and refused when it will not do."""
    wanted = os.environ.get("PYTHON", "")
    if wanted:
        found = probe(wanted)
        if found is None:
            stop(f"PYTHON={wanted} does not start, or lacks venv and ensurepip (on Debian: apt install python3-venv).")
        if not suitable(found[0]):
            stop(f"PYTHON={wanted} is Python {dotted(found[0])}; SDWG needs 3.11, 3.12 or 3.13.")
        return found
    for command in candidates():
        found = probe(command)
        if found is not None and suitable(found[0]):
            return found
    stop("No suitable Python was found: " + how_to_get_python())


def how_to_get_python() -> str:
    if sys.platform == "darwin":
        return "install Python 3.13 (brew install python@3.13), then run this again."
    if shutil.which("apt-get"):
        return (
            "install Python 3.11 to 3.13 with its venv module (apt install python3 python3-venv; "
            "Debian 12 or newer, Ubuntu 24.04), then run this again."
        )
    if shutil.which("dnf"):
        return "install Python 3.13 (dnf install python3.13), then run this again."
    return "install Python 3.11, 3.12 or 3.13 with venv and ensurepip, then run this again."


def dotted(version: Tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


# ------------------------------------------------------------------------------------------- the virtual environment


def digest(name: str) -> str:
    return hashlib.sha256((REQUIREMENTS / (name + ".txt")).read_bytes()).hexdigest()


def stamp_for(lock: str, version: Tuple[int, ...], path: str) -> Dict[str, str]:
    return {"python": dotted(version), "base": path, "lock": lock, lock: digest(lock), "installer": digest("installer")}


def read_stamp() -> Dict[str, str]:
    try:
        return dict(json.loads((venv_folder() / STAMP).read_text()))
    except (OSError, ValueError):
        return {}


def up_to_date(stamp: Dict[str, str], lock: str) -> bool:
    """Whether the environment holds this lock already. The development lock contains the runtime one."""
    if not stamp.get("lock") or not os.access(str(venv_python()), os.X_OK):
        return False
    held = stamp["lock"]
    if lock == "development" and held != "development":
        return False
    if held == "development" and stamp.get("runtime") != digest("runtime"):
        return False
    if stamp.get(held) != digest(held) or stamp.get("installer") != digest("installer"):
        return False
    wanted = os.environ.get("PYTHON", "")
    if wanted:
        found = probe(wanted)
        return found is not None and os.path.realpath(found[1]) == os.path.realpath(stamp.get("base", ""))
    return True


def make_venv(path: str) -> None:
    folder = venv_folder()
    if folder.exists() and any(folder.iterdir()) and not (folder / STAMP).exists():
        stop(f"{folder} is there already and was not made by this script; remove it, or name another with VENV=.")
    shutil.rmtree(str(folder), ignore_errors=True)
    made = subprocess.run([path, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(str(folder), ignore_errors=True)
        stop(f"The virtual environment could not be made: {(made.stdout + made.stderr).strip()}")
    (folder / STAMP).write_text("{}")


def quiet(command: List[str], env: Dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def pip_install(lock: str, env: Dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [str(venv_python()), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS / (lock + ".txt"))]
    return quiet(command, env)


def uv_install(lock: str, env: Dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Brings the environment to exactly the installer and the lock, nothing left over from an older one."""
    command = [
        str(venv_folder() / "bin" / "uv"),
        "pip",
        "sync",
        "--quiet",
        "--no-progress",
        "--require-hashes",
        "--compile-bytecode",
    ]
    command += ["--only-binary", ":all:", "--python", str(venv_python())]
    return quiet([*command, str(REQUIREMENTS / "installer.txt"), str(REQUIREMENTS / (lock + ".txt"))], env)


def installer_environment() -> Dict[str, str]:
    """uv does not read pip's configuration; a mirror named there is handed on."""
    env = dict(os.environ)
    env.update({"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(venv_folder())})
    env.pop("PYTHONPATH", None)
    if "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env:
        asked = quiet([str(venv_python()), "-m", "pip", "config", "get", "global.index-url"], env)
        mirror = env.get("PIP_INDEX_URL") or (asked.stdout.strip() if asked.returncode == 0 else "")
        if mirror:
            env["UV_DEFAULT_INDEX"] = mirror
    if env.get("PIP_CERT"):
        env.setdefault("SSL_CERT_FILE", env["PIP_CERT"])
    return env


def install(lock: str, version: Tuple[int, ...], path: str) -> None:
    (venv_folder() / STAMP).write_text(json.dumps({"python": dotted(version), "base": path}))
    say(f"Installing the {lock} lock for Python {dotted(version)} into {venv_folder()} ...")
    env = installer_environment()
    first = pip_install("installer", env)
    second = uv_install(lock, env) if first.returncode == 0 else first
    if second.returncode:
        say("The fast installer could not do it; falling back to pip.")
        second = pip_install(lock, env)
    if second.returncode:
        tail = re.sub(r"https?://\S+", "(the package registry)", "\n".join(second.stdout.strip().splitlines()[-12:]))
        stop(f"{tail}\n\nThe packages could not be installed (above: why). Run it again.")
    stamp = stamp_for(lock, version, path)
    stamp["runtime"] = digest("runtime")
    (venv_folder() / STAMP).write_text(json.dumps(stamp, indent=1))


def environment(lock: str) -> None:
    """The virtual environment holds this lock when this returns."""
    stamp = read_stamp()
    if up_to_date(stamp, lock):
        return
    if stamp.get("lock") == "development" and lock == "runtime":
        lock = "development"  # a developer's environment stays one
    version, path = choose_python()
    same = os.path.realpath(stamp.get("base", "")) == os.path.realpath(path) and stamp.get("python") == dotted(version)
    if not (same and os.access(str(venv_python()), os.X_OK)):
        make_venv(path)
    install(lock, version, path)


# -------------------------------------------------------------------------------------------------- system packages


def debian_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: List[str], purpose: str) -> bool:
    """On Debian as root: installs system packages, saying so. False where that is not possible or failed."""
    if not debian_root():
        return False
    say(f"Installing {' '.join(packages)} ({purpose}) with apt-get ...")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    update = quiet(["apt-get", "update", "-q"], env)
    done = quiet(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], env)
    if done.returncode:
        why = (update if update.returncode else done).stdout.strip().splitlines()
        say("apt-get could not: %s" % (why[-1] if why else "no reason given"))
    return done.returncode == 0


def loads(names: Tuple[str, ...]) -> bool:
    folders = ["", "/opt/homebrew/lib/", "/usr/local/lib/"] if sys.platform == "darwin" else [""]
    for name in names:
        for folder in folders:
            try:
                ctypes.CDLL(folder + name)
            except OSError:
                continue
            return True
    return False


def missing_pango() -> List[str]:
    return [label for label, names in PANGO_LIBRARIES.items() if not loads(names)]


def pango() -> None:
    """Pango draws the text of every PDF; without it nothing starts."""
    missing = missing_pango()
    if missing and apt_install(PANGO_PACKAGES, "Pango draws the text of the PDFs"):
        missing = missing_pango()
    if missing:
        stop(
            f"Pango, which draws the text of the PDFs, is missing ({', '.join(missing)}): install "
            f"{' '.join(PANGO_PACKAGES)} (Debian, Ubuntu), pango (Fedora) or pango with Homebrew (macOS), "
            "then run this again."
        )


def main() -> None:
    lock = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    if lock not in ("runtime", "development"):
        stop("Say which lock: python3 .ci/setup.py runtime, or development.")
    if platform.system() == "Windows":
        stop("SDWG runs on Linux and macOS; on Windows use WSL.")
    environment(lock)
    pango()


if __name__ == "__main__":
    main()
