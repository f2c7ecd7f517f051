"""What volunteers agree to, and who does what: pages that everybody can read."""

import pytest
from django.urls import reverse

from volunteers.services import CODE_OF_CONDUCT

pytestmark = pytest.mark.django_db


def text(client, name):
    return client.get("/en" + reverse(name)).content.decode()


@pytest.mark.parametrize(
    "rule",
    [
        "Nobody can order you to do anything",
        "without giving a reason",
        "No mission for a religion, and no recruiting for a party",
        "No money between you",
        "You are unpaid",
        "No love affairs",
        "You write no reports",
        "MitID is strictly personal",
        "Nobody under 18 interprets",
        "help the family to somebody whose job it is",
        "only if that person has said yes",
        "call the municipality where they live",
        'href="tel:112"',
        'href="tel:114"',
        f"Version {CODE_OF_CONDUCT}",
    ],
)
def test_the_code_of_conduct_says(client, rule):
    assert rule in text(client, "code_of_conduct")


@pytest.mark.demand("F054")
def test_volunteers_are_free_and_owe_no_reports(client):
    page = text(client, "code_of_conduct")
    assert "neither the municipality nor the family" in page
    assert "Nobody asks you to report about the family" in page


@pytest.mark.parametrize(
    "promise", ["holds after the match has ended", "a child is badly treated", "unless they have said yes"]
)
def test_the_declaration_of_confidentiality_says(client, promise):
    assert promise in text(client, "confidentiality")


@pytest.mark.demand("F069")
@pytest.mark.parametrize("party", ["The volunteer", "The newcomer", "The municipality", "The association"])
def test_each_party_has_a_description_of_its_part(client, party):
    assert f"<h2>{party}</h2>" in text(client, "roles")


def test_both_texts_are_linked_where_they_are_accepted(client, odsherred):
    from volunteers.forms.contact import ContactForm

    html = str(ContactForm())
    assert reverse("code_of_conduct") in html
    assert reverse("confidentiality") in html
