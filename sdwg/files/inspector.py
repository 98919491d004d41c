"""Looking into an uploaded PDF, in a process of its own that can neither grow, run on, nor write.

    python -m sdwg.files.inspector <path> <most pages>

prints one line of JSON: ``{"pages": 3, "page_sizes": [[595.3, 841.9], …]}``, or ``{"trouble": "encrypted"}`` with a key
of ``operations.TROUBLES``. A process that dies says by that that the file is not to be trusted. No Django, no database,
no settings, nothing of the environment.
"""

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 1024**3
"""Bytes of address space, for everything."""
SECONDS = 20
"""Of processor time."""
ANSWER = 1024**2
"""Bytes it may write, to anywhere; 2,000 page sizes take a twentieth."""
UNPACKED = 128 * 1024**2
"""Bytes to which one stream may unpack while it is looked at. Pictures are not unpacked; they are not looked at."""
TAIL = 1024
"""Bytes from the end in which a PDF says that it ends there."""


def confine(memory: int = MEMORY, answer: int = ANSWER, seconds: int = SECONDS) -> None:
    """Takes from this process what it does not need; it may use ``memory`` and write ``answer`` bytes, for ``seconds``.

    Where the system knows a limit differently, the others hold.
    """
    for limit, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (amount, amount))


def look(path: Path, most_pages: int) -> dict[str, Any]:
    """What is found in the PDF at ``path``. Raises whatever a hostile file makes a library raise."""
    import pikepdf

    from sdwg.pdf.geometry import shown_size

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=UNPACKED, run_length_max_memory=UNPACKED, png_max_memory=UNPACKED, tiff_max_memory=UNPACKED
    )
    if b"%%EOF" not in tail(path):
        return {"trouble": "cut"}
    try:
        pdf = pikepdf.open(path, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream)
    except pikepdf.PasswordError:
        return {"trouble": "encrypted"}
    with pdf:
        if pdf.is_encrypted:
            return {"trouble": "encrypted"}
        pages = len(pdf.pages)
        if pages > most_pages:
            return {"pages": pages, "page_sizes": []}
        sizes = [shown_size(page.obj) for page in pdf.pages]
        for page in pdf.pages:
            for content in contents(page.obj):
                content.read_bytes()
        for _ in pdf.objects:
            pass
        if any("common error" not in str(warning) for warning in pdf.get_warnings()):
            return {"trouble": "damaged"}
    return {"pages": pages, "page_sizes": [[round(size.width, 1), round(size.height, 1)] for size in sizes]}


def tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TAIL, 0))
        return file.read()


def contents(page: Any) -> list[Any]:
    """The streams that are a page's content. Raises ``TypeError`` where something else stands for them."""
    import pikepdf

    found = page.get(pikepdf.Name.Contents)
    streams = [] if found is None else list(found) if isinstance(found, pikepdf.Array) else [found]
    if not all(isinstance(stream, pikepdf.Stream) for stream in streams):
        raise TypeError("the content of a page is no stream")
    return streams


def main(path: str, most_pages: str) -> int:
    confine()
    try:
        found = look(Path(path), int(most_pages))
    except MemoryError:
        found = {"trouble": "bomb"}
    except Exception as reason:  # a hostile file may make the library raise anything; all of it means the same
        found = {"trouble": "bomb" if "memory" in str(reason).lower() else "damaged"}
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
