"""Every life in the portal as a drawing: `python -m matching.workflows` prints docs/workflows.md."""

import sys

from matching.domain import lifecycle
from portal.lifecycle import Table, mermaid
from portal.messages.lifecycle import MESSAGE
from portal.privacy.lifecycle import CONSENT

TABLES: tuple[Table, ...] = (*lifecycle.TABLES, CONSENT, MESSAGE)

_INTRODUCTION = """\
# Workflows

Printed by `python -m matching.workflows` from the tables of transitions; a test compares. What is not drawn here is
refused. A no needs no reason, from either side.
"""


def document() -> str:
    """Return the text of docs/workflows.md."""
    return "\n".join([_INTRODUCTION, *(_section(table) for table in TABLES)])


def _section(table: Table) -> str:
    owners = [f"| {state.code} | {', '.join(state.owners)} |" for state in table.states]
    return "\n".join(
        [
            f"## {table.name.capitalize().replace('_', '-')}",
            "",
            "```mermaid",
            mermaid(table),
            "```",
            "",
            "| State | Who acts next |",
            "| --- | --- |",
            *owners,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(document())
