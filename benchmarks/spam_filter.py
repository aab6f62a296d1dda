"""How well the filter judges comments that it never saw, on a public sample.

`python -m benchmarks.spam_filter FOLDER`, with the five CSV files of the YouTube Spam Collection
(Alberto, Lochter and Almeida, 2015; UCI Machine Learning Repository, 1,956 comments) in FOLDER.
It is no part of this project and is not brought along; without a folder there is nothing to do.

Each of the five videos is held out once: the filter learns from the comments under the other four
and judges those under this one, whose readers, topics and advertisers differ. Names are learnt as
in a form; words are only those of the comment.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from syndication.rules.spam.bayes import probability, tokens
from syndication.rules.spam.signs import CERTAIN

Sample = tuple[frozenset[str], bool]
"""(tokens, is it advertising?)"""


def samples(path: Path) -> list[Sample]:
    """The comments of one file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            (tokens(row["CONTENT"], row["AUTHOR"]), row["CLASS"] == "1")
            for row in csv.DictReader(lines)
        ]


def judged(known: Sequence[Sample], asked: Sequence[Sample]) -> list[tuple[float, bool]]:
    """(probability, is it advertising?) of each of `asked`, after learning from `known`."""
    seen = {
        bad: Counter(token for s, is_bad in known if is_bad == bad for token in s)
        for bad in (False, True)
    }
    texts = (sum(not bad for _, bad in known), sum(bad for _, bad in known))
    return [
        (probability({token: (seen[False][token], seen[True][token]) for token in s}, texts), bad)
        for s, bad in asked
    ]


def line(name: str, found: Sequence[tuple[float, bool]]) -> str:
    """The figures of one part."""
    good = [p for p, bad in found if not bad]
    spam = [p for p, bad in found if bad]
    caught = sum(p >= CERTAIN for p in spam)
    wronged = sum(p >= CERTAIN for p in good)
    pairs = sum((s > g) + (s == g) / 2 for s in spam for g in good)
    return (
        f"{name}: {len(found)} comments; sorted out {caught} of {len(spam)} advertisements"
        f" ({caught / len(spam):.1%}), and {wronged} of {len(good)} others"
        f" ({wronged / len(good):.1%}); area under the curve {pairs / len(spam) / len(good):.3f}"
    )


def main() -> int:
    """Hold out each file once; 0, also without the sample."""
    paths = sorted(Path(sys.argv[1]).glob("*.csv")) if len(sys.argv) > 1 else []
    if len(paths) < 2:
        sys.stdout.write("no sample: name the folder with the CSV files\n")
        return 0
    parts = {path: samples(path) for path in paths}
    everything = []
    for path, asked in parts.items():
        known = [sample for other, those in parts.items() if other != path for sample in those]
        found = judged(known, asked)
        everything += found
        sys.stdout.write(line(path.stem, found) + "\n")
    sys.stdout.write(line("all", everything) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
