"""`make drill`."""

import sys

from bench.frame import main

if __name__ == "__main__":
    sys.exit(main("drill"))
