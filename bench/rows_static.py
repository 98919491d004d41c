"""What a first visit has to fetch besides the page, as far as it can be told without a browser."""

import brotli

from bench.frame import ROOT, bench


@bench("first visit: styles and scripts of ours, compressed", unit="kB", goal="<= 60")
def styles_and_scripts() -> float:
    """Brotli at the level WhiteNoise uses; htmx comes on top and is counted by the row that loads the page."""
    files = [path for name in ("*.css", "*.js") for path in (ROOT / "static").rglob(name)]
    if not files:
        raise RuntimeError("no styles or scripts were found")
    return sum(len(brotli.compress(path.read_bytes(), quality=11)) for path in files) / 1000
