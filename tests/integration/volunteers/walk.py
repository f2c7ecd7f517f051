"""Signing up as a browser without JavaScript does: one plain POST a step."""

import re
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.test import Client

START = "/bliv-frivillig/"
DONE = "/konto/confirm-email/"

ANSWERS: dict[str, dict[str, Any]] = {
    "hvad": {"place": "4500", "kinds": ["contact_family", "language_practice"]},
    "jer": {
        "household_type": "single",
        "age_band": "40-59",
        "languages_0_language": "da",
        "languages_0_level": "4",
    },
    "tider": {"slots": ["tue-evening", "sat-morning"], "max_km": "20"},
    "kontakt": {
        "name": "Karen Østergaard",
        "phone": "55 50 12 34",
        "email": "karen@example.org",
        "accept_code": "on",
        "accept_confidentiality": "on",
    },
}


def post(client: Client, step: str, **changes: Any) -> HttpResponse:
    """Send one step with the usual answers, changed here and there; None leaves a field out."""
    answers = {**ANSWERS[step], **changes}
    data = {f"{step}-{name}": value for name, value in answers.items() if value is not None}
    return client.post(f"{START}{step}/", {**data, "sign_up_wizard-current_step": step})


def steps_before_last(client: Client, **changes: dict[str, Any]) -> None:
    client.get(START, follow=True)
    for step in ("hvad", "jer", "tider"):
        response = post(client, step, **changes.get(step, {}))
        assert response.status_code == 302, response.context["form"].errors


def walk(client: Client, **changes: dict[str, Any]) -> HttpResponse:
    """All four steps; gives the answer to the last."""
    steps_before_last(client, **changes)
    return post(client, "kontakt", **changes.get("kontakt", {}))


def code_from_mail() -> str:
    """The code in the newest e-mail, on a line of its own."""
    found = re.search(r"^\s*(\d{8})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def confirm(client: Client) -> HttpResponse:
    return client.post(DONE, {"code": code_from_mail()})
