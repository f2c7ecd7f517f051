"""The sources of a legal basis as far as everybody can look them up."""

import re

# "002:842" or "003:372-380 (outdated)": a line of the reports behind the catalogue, which its editors alone have.
REPORT_LINE = re.compile(r"\s*(\d{3}:)?\d+(-\d+)?(\s*\([^)]*\))?\s*")


def to_look_up(source: str) -> str:
    """What is left of a source without the lines of the reports; empty where there is nothing else."""
    parts = re.split(r"[;,]", source)
    return "; ".join(part.strip() for part in parts if not REPORT_LINE.fullmatch(part))
