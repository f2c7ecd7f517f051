"""The task types as the table of docs/boundary.md.

`python -m volunteers.boundary.table` prints the table; with `--write` it replaces the one in the document.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from volunteers.boundary.reference import read_rows
from volunteers.boundary.verdict import FORBIDDEN_SIDES, Side

DOCUMENT = Path(__file__).parents[2] / "docs" / "boundary.md"
BEGIN = "<!-- task types: begin (made by python -m volunteers.boundary.table --write) -->"
END = "<!-- task types: end -->"

HEADINGS = {
    Side.AUTHORITY: "Authority",
    Side.PROFESSIONAL: "Professional",
    Side.SHARED: "Shared",
    Side.VOLUNTEER: "Volunteer",
    Side.ASSOCIATION: "Association",
    Side.NOT_IN_PORTAL: "Not in the portal",
}
STATUS = {
    "verified": "verified",
    "partly": "partly verified",
    "unverified": "to be checked",
    "reports_only": "from the reports only",
}
COLUMNS = {
    "Code": "code",
    "Task": "name_en",
    "Responsible": "department_da",
    "Basis": "legal_basis_da",
    "How sure": "basis_status",
    "A volunteer may": "may_en",
    "A volunteer must not": "must_not_en",
    "Ask for instead": "instead_en",
}

Row = dict[str, str]


def render(rows: Sequence[Row]) -> str:
    """One Markdown table for each side, in the order of Side, each with its number of task types."""
    sections = []
    for side in Side:
        own = [row for row in rows if row["side"] == side]
        sections.append(f"### {HEADINGS[side]} ({len(own)})\n\n{_table(own, with_instead=side in FORBIDDEN_SIDES)}")
    return "\n\n".join(sections)


def _table(rows: Sequence[Row], *, with_instead: bool) -> str:
    columns = [title for title in COLUMNS if with_instead or COLUMNS[title] != "instead_en"]
    lines = [columns, ["---"] * len(columns)]
    lines += [[_cell(row, COLUMNS[title]) for title in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: Row, column: str) -> str:
    if column == "code":
        return f"`{row['code']}`"
    if column == "basis_status":
        return STATUS[row["basis_status"]]
    return row[column].replace("|", "\\|")


def replace_table(document: str, table: str) -> str:
    """The document with what stands between the two marks replaced; ValueError if a mark is missing."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("The document has no place marked for the table.")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into the document."""
    parser = argparse.ArgumentParser(description="The task types of the boundary catalogue as a table.")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/boundary.md")
    table = render(read_rows())
    if parser.parse_args(arguments).write:
        DOCUMENT.write_text(replace_table(DOCUMENT.read_text(encoding="utf-8"), table), encoding="utf-8")
    else:
        sys.stdout.write(f"{table}\n")


if __name__ == "__main__":
    main()
