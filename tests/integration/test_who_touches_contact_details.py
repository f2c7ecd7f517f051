"""Who touches contact details at all is on a short list, with a reason each; the list is read from the code.

That the running portal shows them to nobody else is walked through in `test_no_way_around`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

FLOORS = ("portal", "volunteers", "matching", "content")
TOUCHES = re.compile(r"(^|__|\.)contact_details($|__)|privacy_contactdetails")
# Who touches contact details outside portal/privacy, and why that is no way to another party.
MAY_TOUCH = {
    "portal/messages/sending.py": "looks up where a party's own message goes",
    "portal/messages/outbox.py": "chooses the channel of a party's own message",
    "portal/messages/replies.py": "asks whether an SMS came from the number that its party has now",
    "portal/messages/addresses.py": "compares a party's own addresses before and after a change",
    "portal/messages/retention.py": "asks whether a number is known at all",
    "portal/messages/development.py": "the phones of one's own machine, not there at all elsewhere",
    "volunteers/services/sign_up.py": "writes what somebody has just typed",
    "volunteers/services/contact.py": "writes what a volunteer changes; shows it through details_for_staff",
    "volunteers/services/leaving.py": "empties what is kept of who has stopped",
    "volunteers/forms/profile.py": "the volunteer's own form",
    "matching/services/households.py": "writes what an adviser registers and changes",
    "matching/services/on_the_way.py": "writes what an adviser registers before a household has arrived",
    "matching/services/splitting.py": "writes what an adviser registers of one family that becomes two households",
    "matching/services/access.py": "the household's own address becomes its own log-in",
    "matching/services/matches.py": "names the fields of a consent, not their values",
    "matching/services/concerns.py": "passes on what details_for_staff has shown and noted",
    "matching/services/hand_over_work.py": "passes on what details_for_staff has shown and noted",
    "matching/views/households.py": "passes on what details_for_staff has shown and noted",
    "matching/views/matches.py": "passes on what details_for_staff has shown and noted",
    "matching/views/check_ins.py": "passes on what details_for_staff has shown and noted",
    "matching/views/cases.py": "passes on what details_for_staff has shown and noted",
    "matching/forms/household.py": "the form on the page that details_for_staff has noted",
    "matching/retention.py": "empties what is kept of closed households",
}


def modules() -> Iterator[Path]:
    for floor in FLOORS:
        yield from (
            path for path in sorted(Path(settings.BASE_DIR, floor).rglob("*.py")) if "migrations" not in path.parts
        )


def touches_contact_details(path: Path) -> bool:
    """Whether a module names the model, the relation to it, or its table."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and node.id == "ContactDetails":
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("contact_details", "ContactDetails"):
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TOUCHES.search(node.value):
            return True
    return False


@pytest.mark.demand("F041")
def test_who_touches_contact_details_is_on_the_list_and_nobody_on_it_has_stopped():
    found = {str(path.relative_to(settings.BASE_DIR)) for path in modules() if touches_contact_details(path)}
    assert {path for path in found if not path.startswith("portal/privacy/")} == set(MAY_TOUCH)


def test_no_template_reaches_for_contact_details_by_itself():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.*")
    assert [path.name for path in templates if "contact_details" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("line", "touches"),
    [
        ("party.contact_details.phone", True),
        ("rows.select_related('party__contact_details')", True),
        ("ContactDetails.objects.get(pk=1)", True),
        ("models.ContactDetails", True),
        ("cursor.execute('SELECT * FROM privacy_contactdetails')", True),
        ("disclose(subject=a, recipient=b, now=now)", False),
    ],
)
def test_the_search_finds_every_way_to_name_them(tmp_path, line, touches):
    (tmp_path / "module.py").write_text(line)
    assert touches_contact_details(tmp_path / "module.py") is touches
