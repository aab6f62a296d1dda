"""How quick the built site is on a telephone, as Lighthouse tells it: a score made of times.

`python -m benchmarks.telephone [RUNS]`, after `make servers`. The demonstration site with ten
messages under its articles, served compressed on loopback; the median of RUNS loads of each page.
Lighthouse slows the network and the processor down to those of a telephone of the middle class. The
table is Markdown; a busy machine makes it worse.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.servers.production import serving
from tests.servers.validators import lighthouse
from tests.servers.whole_site import ADDRESS, build

RUNS = 3
PAGES = ("/", "/what-a-repair-costs/", "/notes/2026-08-02-2110/", "/tags/repair/", "/es/")
COLUMNS = {  # audit → (heading, what its number is divided by, digits)
    "first-contentful-paint": ("first words, s", 1000, 2),
    "largest-contentful-paint": ("largest part, s", 1000, 2),
    "total-blocking-time": ("blocked, ms", 1, 0),
    "cumulative-layout-shift": ("layout shift", 1, 3),
    "total-byte-weight": ("bytes, kB", 1000, 0),
}


def main() -> None:
    """Measure, and tell the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    headings = ["page", "score", *(heading for heading, _, _ in COLUMNS.values())]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with serving(build(folder), ADDRESS) as here:
            print(f"| {' | '.join(headings)} |\n|{' --- |' * len(headings)}")
            for page in PAGES:
                row = _row([lighthouse(here + page, folder) for _ in range(runs)])
                print(f"| {page} | {' | '.join(row)} |", flush=True)


def _row(reports: list[dict[str, Any]]) -> list[str]:
    scores = [report["categories"]["performance"]["score"] for report in reports]
    row = [f"{100 * statistics.median(scores):.0f}"]
    for audit, (_, unit, digits) in COLUMNS.items():
        values = [report["audits"][audit]["numericValue"] for report in reports]
        row.append(f"{statistics.median(values) / unit:.{digits}f}")
    return row


if __name__ == "__main__":
    main()
