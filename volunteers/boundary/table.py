"""The task types as the tables of docs/boundary.md.

`python -m volunteers.boundary.table` prints them; with `--write` it replaces those in the document.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from volunteers.boundary.reference import read_facts, read_texts
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
    "Task": "name",
    "Whose it is": "line",
    "Responsible": "responsible",
    "Basis": "legal_basis_da",
    "How sure": "basis_status",
    "Last checked": "checked_on",
    "Deadline": "deadline_da",
    "A volunteer may": "may",
    "A volunteer must not": "must_not",
    "Consent": "consent",
    "Certificate": "certificate",
    "Ask for instead": "instead",
}

CERTIFICATE = {"no": "no", "yes": "yes", "if_children_under_15": "with children under 15"}
# What of the texts is counted for each language, in this order.
COUNTED = ("name", "responsible", "line", "may", "must_not", "instead", "consent", "words")

Row = dict[str, str]


def read_rows() -> list[Row]:
    """The facts of each task type with its English texts, in the file's order."""
    texts = read_texts()["en"]
    return [{**facts, **texts[facts["code"]]} for facts in read_facts()]


def to_be_checked(row: Row) -> bool:
    """Whether nobody has verified it yet. (The portal counts what was looked up more than a year ago too.)"""
    return row["basis_status"] in ("unverified", "reports_only") or not row["checked_on"]


def render(rows: Sequence[Row]) -> str:
    """What there is, how complete each language is, and one table for each side, in the order of Side."""
    waiting = sum(to_be_checked(row) for row in rows)
    sections = [
        f"There are {len(rows)} task types; the law or the deadline of {waiting} of them is to be checked.",
        f"### Languages\n\n{_languages(rows)}",
    ]
    for side in Side:
        own = [row for row in rows if row["side"] == side]
        sections.append(f"### {HEADINGS[side]} ({len(own)})\n\n{_table(own, with_instead=side in FORBIDDEN_SIDES)}")
    return "\n\n".join(sections)


def _languages(rows: Sequence[Row]) -> str:
    """How many task types have each text. Not every type says what to ask for instead, or needs a consent."""
    lines = [["Language", *COUNTED], ["---"] * (len(COUNTED) + 1)]
    for language, texts in sorted(read_texts().items(), key=lambda item: (-len(item[1]), item[0])):
        own = [texts.get(row["code"], {}) for row in rows]
        lines.append([f"`{language}`", *(str(sum(bool(text.get(field)) for text in own)) for field in COUNTED)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _table(rows: Sequence[Row], *, with_instead: bool) -> str:
    columns = [title for title in COLUMNS if with_instead or COLUMNS[title] != "instead"]
    lines = [columns, ["---"] * len(columns)]
    lines += [[_cell(row, COLUMNS[title]) for title in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: Row, column: str) -> str:
    if column == "code":
        return f"`{row['code']}`"
    if column == "basis_status":
        return STATUS[row["basis_status"]]
    if column == "certificate":
        return CERTIFICATE[row["certificate"]]
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
