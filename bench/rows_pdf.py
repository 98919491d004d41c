"""Packs: assembly against a bare merge of the same files, its memory, and one reader's copy against a bare save.

20 papers of 26 pages, made here: text, tables, pictures, links, each paper with its own fonts, turned pages and
slides among them. Every figure is processor time of a process of its own, the best of several.
"""

import json
import os
import resource
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.frame import ROOT, bench, folder

PAPERS, PAGES = 20, 26
ROUNDS = 5
COPIES = 10
AT = datetime(2026, 12, 29, 9, 20, tzinfo=UTC)
TEMPLATE = ROOT / "bench" / "templates"


@cache
def papers() -> tuple[Path, ...]:
    """The files of the pack, made once a run."""
    import django

    django.setup()
    place = folder("bench") / "papers"
    place.mkdir(exist_ok=True)
    return tuple(_paper(place, number) for number in range(PAPERS))


def _paper(place: Path, number: int) -> Path:
    """A paper as offices make them: text in embedded fonts, a table, a contents page with links, a picture, slides."""
    from weasyprint import HTML

    from sdwg.pdf.fence import BASE, StaticOnly

    path = place / f"paper-{number:02d}.pdf"
    size = "A4 landscape" if number % 5 == 4 else "A4"
    sections = "".join(_section(number, section) for section in range(1, PAGES))
    links = "".join(f'<p><a href="#s{section}">Section {section}</a></p>' for section in range(1, PAGES))
    style = f"""@font-face {{ font-family: X; src: url(fonts/NotoSans-Regular.ttf) }}
    body {{ font: 7.5pt/1.3 X }} section {{ break-before: page }} td {{ border: .5pt solid #888 }}
    @page {{ size: {size}; margin: 12mm }}"""
    html = f"<html lang=en><title>Paper {number}</title><style>{style}</style><h1>Paper {number}</h1>{links}{sections}"
    HTML(string=html, base_url=BASE, url_fetcher=StaticOnly()).write_pdf(path)
    _picture(path)
    return path


def _section(paper: int, section: int) -> str:
    words = " ".join(f"requirement {paper}.{section}.{word} of the interface" for word in range(45))
    rows = "".join(
        f"<tr><td>{section}.{row}<td>A party must keep record {row}<td>Level {row % 3}</tr>" for row in range(9)
    )
    web = f'<a href="https://example.org/{paper}/{section}">Source</a>'
    return f"<section id=s{section}><h2>{section} Heading</h2><p>{words}</p><table>{rows}</table><p>{web}</p></section>"


def _picture(path: Path) -> None:
    """Puts a picture of about 60 kB on every fourth page and turns every seventh."""
    import pikepdf
    from pikepdf import Dictionary, Name

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        noise = b"".join(zlib.crc32(bytes([at % 256, at // 256])).to_bytes(4, "big") for at in range(15_000))
        for index, page in enumerate(pdf.pages):
            if index % 4 == 1:
                about = Dictionary(
                    Type=Name.XObject,
                    Subtype=Name.Image,
                    Width=200,
                    Height=100,
                    BitsPerComponent=8,
                    ColorSpace=Name.DeviceRGB,
                )
                page.add_resource(pdf.make_stream(noise, about), Name.XObject, Name.Picture)
                page.contents_add(b"q 200 0 0 100 300 80 cm /Picture Do Q")
            if index % 7 == 6:
                page.rotate(90, relative=False)
        pdf.save(path, deterministic_id=True)


def measured(work: str, *arguments: str, rounds: int = ROUNDS) -> dict[str, float]:
    """The best of ``rounds`` runs of ``work`` here, each in a process of its own: what it printed, as JSON."""
    runs = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "bench.rows_pdf", work, *arguments]
        told = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True)
        runs.append(json.loads(told.stdout.splitlines()[-1]))
    return {key: min(run[key] for run in runs) for key in runs[0]}


def bare_merge() -> float:
    """Seconds of processor time that `qpdf` itself takes to put the same files one after another."""
    command = ["qpdf", "--empty", "--pages", *map(str, papers()), "--"]
    command += ["--remove-unreferenced-resources=no", str(folder("bench") / "merged.pdf")]
    return min(_child_seconds(command) for _ in range(ROUNDS))


def _child_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@cache
def build() -> dict[str, float]:
    """Rendering and assembly of the pack: seconds of each and the most memory, in MB."""
    papers()
    return measured("build")


@bench("pack assembly against a bare merge, 20 papers of 520 pages", unit="x", goal="<= 1.5")
def assembly() -> float:
    made, floor = build(), bare_merge()
    print(f"  assembly {made['assembly']:.2f} s, bare merge {floor:.2f} s of processor time")
    share = made["rendering"] / (made["rendering"] + made["assembly"])
    print(f"  rendering our own pages and the placeholders {made['rendering']:.2f} s: {share:.0%} of the build")
    return made["assembly"] / floor


@bench("pack assembly: memory, whole process, 20 papers of 520 pages", unit="MB", goal="<= 150")
def memory() -> float:
    made = build()
    print(f"  before rendering {made['idle']:.0f} MB, after rendering {made['rendered']:.0f} MB")
    return made["memory"]


@bench("one reader's copy of the 520-page pack against a bare save", unit="x", goal="<= 3")
def copy() -> float:
    build()
    made = measured("copy")
    print(f"  one copy {made['copy']:.3f} s, with a paper withheld {made['withheld']:.3f} s, save {made['save']:.3f} s")
    return max(made["copy"], made["withheld"]) / made["save"]


@bench("forty copies of the 520-page pack: memory beyond one copy", unit="MB", goal="<= 10")
def copies() -> float:
    build()
    return measured("forty", rounds=1)["growth"]


# What the processes of their own do.


def _setting() -> None:
    import django
    from django.conf import settings

    settings.TEMPLATES[0]["DIRS"].append(TEMPLATE)
    django.setup()


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _most() -> float:
    """The most memory this process has had, in MB. Where Linux tells it by process, not by what its parent had too."""
    with suppress(OSError):
        told = Path("/proc/self/status").read_text()
        return int(told.split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def _build() -> dict[str, float]:
    _setting()
    from sdwg.pdf import assemble as assembly
    from sdwg.pdf.geometry import page_sizes
    from sdwg.pdf.pagemap import PageMap, Part
    from sdwg.pdf.render import render, render_document
    from sdwg.pdf.sheets import Paper

    place = folder("bench")
    found = sorted((place / "papers").glob("*.pdf"))
    bound = [
        Paper(f"paper-{at}", path, page_sizes(path), "AMBER", f"Item {at}, paper 1", f"Item {at}, paper 1")
        for at, path in enumerate(found)
    ]
    if sum(len(paper.sizes) for paper in bound) != PAPERS * PAGES:
        raise RuntimeError("the papers have other pages than they should")
    render("bench-pack.html", {"papers": []}, title="Warm", at=AT, marking="AMBER")
    idle, began = _most(), _seconds()
    title = "SDWG 12 meeting pack"
    rendered = render_document(
        "bench-pack.html",
        {"papers": bound},
        title=title,
        at=AT,
        marking="AMBER",
        document="SDWG 12 pack",
        papers=bound,
    )
    parts = [Part("cover", "Cover", footer="Cover")]
    parts += [Part(f"control-{paper.key}", paper.name, paper.part, 0, paper.key) for paper in bound]
    page_map = PageMap.of(rendered, parts)
    between, after = _seconds(), _most()
    footers = _timed(assembly)
    assembly.assemble(rendered, page_map, out=place / "pack.pdf", info=assembly.Info(title, AT))
    took = _seconds() - between - footers[0]
    (place / "map.json").write_text(json.dumps(page_map.as_json()))
    return {
        "rendering": between - began + footers[0],
        "assembly": took,
        "idle": idle,
        "rendered": after,
        "memory": _most(),
    }


def _timed(assembly: Any) -> list[float]:
    """The seconds that the assembly spends laying out footers, which is rendering: known when it is done."""
    seconds, furnish = [0.0], assembly.furnish

    @contextmanager
    def furnished(*arguments: Any) -> Iterator[Any]:
        began = _seconds()
        with furnish(*arguments) as furniture:
            seconds[0] = _seconds() - began
            yield furniture

    assembly.furnish = furnished
    return seconds


def _copy() -> dict[str, float]:
    import pikepdf

    place, one = folder("bench"), _copier()
    figures: dict[str, list[float]] = {"copy": [], "withheld": [], "save": []}
    one("warm", ())
    for number in range(COPIES):
        for key, withheld in (("copy", ()), ("withheld", ("paper-7",))):
            began = _seconds()
            one(f"Reader {number}", withheld)
            figures[key].append(_seconds() - began)
        began = _seconds()
        with pikepdf.open(place / "pack.pdf") as pdf:
            pdf.save(place / "saved.pdf")
        figures["save"].append(_seconds() - began)
    return {key: min(seen) for key, seen in figures.items()}


def _forty() -> dict[str, float]:
    one = _copier()
    one("first", ())
    first = _most()
    for number in range(40):
        one(f"Reader {number}", ("paper-7",) if number % 2 else ())
    return {"growth": _most() - first}


def _copier() -> Any:
    _setting()
    from sdwg.pdf.copies import reader_copy
    from sdwg.pdf.pagemap import PageMap

    place = folder("bench")
    page_map = PageMap.from_json(json.loads((place / "map.json").read_text()))

    def one(name: str, withheld: tuple[str, ...]) -> None:
        reader_copy(place / "pack.pdf", place / "copy.pdf", page_map=page_map, withheld=withheld, name=name, number=7)

    return one


def works() -> Iterator[tuple[str, Any]]:
    yield "build", _build
    yield "copy", _copy
    yield "forty", _forty


if __name__ == "__main__":
    print(json.dumps(dict(works())[sys.argv[1]]()))
