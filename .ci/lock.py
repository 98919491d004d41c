"""Compiles requirements/*.in to the hash-pinned locks, the same for every platform and Python from 3.11."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
OPTIONS = [
    *("--quiet", "--no-progress", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--only-binary", ":all:", "--custom-compile-command"),
]


def main() -> None:
    for name in ("installer", "runtime", "development"):
        source, lock = f"requirements/{name}.in", f"requirements/{name}.txt"
        command = [str(UV), "pip", "compile", *OPTIONS, "make lock", *sys.argv[1:], source, "-o", lock]
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"{lock} could not be compiled (above: why); the others are as they were.")
        print(f"{lock}: compiled", flush=True)


if __name__ == "__main__":
    main()
