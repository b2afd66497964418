"""What may differ between the output on a page and the output of a run; every other change is reported.

Each rule takes what it matches out of both sides alike. A rule matches values alone, never words or counts.
"""

import re

RULES = [
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\bseconds=[\d.e-]+", "seconds=<seconds>"),
    (r"\bin \d+(\.\d+)? s$", "in <seconds>"),
    # What is hashed has times in it, or was compressed by another libzstd.
    (r"\b[0-9a-f]{64}\b", "<sha256>"),
    # Rows of 'batchd status': how far a job came that was interrupted, and records a second.
    (r"\brunning +\d+/(\d+) +(-|\d+) +(-|\d+) +\S+ ", r"running <done>/\1 <errors> <rate> <ETA> "),
    (r"( \d+/\d+ +\d+ +)(-|\d+) ", r"\1<rate> "),
    # All files of a job together: times in them have more digits or fewer.
    (r"\b(\d+ files), [\d.]+ (B|KiB|MiB|GiB), as\b", r"\1, <size>, as"),
    (r"\bon \d+ threads\b", "on <count> threads"),
    (r"\b1[789]\d{8}(\.\d+)?\b", "<unix time>"),
    (r"\bheld by [\w-]+;", "held by <user>;"),
    (r"\bCancelled by [\w-]+", "Cancelled by <user>"),
    (r"\b[\w-]+:[\w-]+ (\d{3}): others than [\w-]+ may\b", r"<owner> \1: others than <user> may"),
    (r"\b[\d.]+ [KMGTP]?i?B and \d+ inodes are free\b", "<bytes> and <inodes> are free"),
    (r" {2,}", " "),
]
COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in RULES]


def normalised(lines):
    """Lines without what changes from run to run."""
    result = []
    for line in lines:
        for pattern, replacement in COMPILED:
            line = pattern.sub(replacement, line)
        result.append(line.rstrip())
    return result
