"""Measure what the documentation claims, side by side in one run: `make bench`.

Commands that are compared run in turn, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from scripts import bench_many, bench_scaffold, bench_update
from scripts.measure import say

__all__ = ["main"]


def main() -> None:
    """Run every benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each command")
    count = parser.parse_args().n
    say(f"{count} runs each: minimum, median, maximum, memory of the largest process")
    for part in (bench_scaffold, bench_update, bench_many):
        with tempfile.TemporaryDirectory() as folder:
            part.bench(Path(folder), count)


if __name__ == "__main__":
    main()
