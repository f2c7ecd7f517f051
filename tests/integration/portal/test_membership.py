"""Who works for a municipality, and that a work account and a volunteer's account are two."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.municipalities.models import Membership, Municipality, Role
from tests import factories

pytestmark = pytest.mark.django_db
ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"


def danish(name: str) -> list[int]:
    """Where a name stands in a Danish list: aa counts as å, a space or hyphen before every letter."""
    return [ALPHABET.find(letter) for letter in name.lower().replace("aa", "å")]


@pytest.mark.demand("F063")
def test_a_volunteers_account_cannot_be_given_a_municipal_role(odsherred):
    volunteer = factories.make_volunteer(odsherred)
    membership = Membership(user=volunteer.party.user, municipality=odsherred, role=Role.ADVISER)
    with pytest.raises(ValidationError, match="frivillig"):
        membership.full_clean()


@pytest.mark.demand("F014")
def test_one_person_may_work_for_several_municipalities(client, odsherred, roskilde):
    user = factories.make_member(odsherred)
    factories.make_member(roskilde, user=user)
    client.force_login(user)
    for municipality in (odsherred, roskilde):
        assert client.get(reverse("work", kwargs={"municipality": municipality.slug})).status_code == 200


def test_the_same_role_twice_is_refused(odsherred):
    user = factories.make_member(odsherred)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_member(odsherred, user=user)


def test_all_98_municipalities_are_there_from_the_start():
    assert Municipality.objects.count() == 98


def test_municipalities_stand_in_danish_order_where_double_a_is_the_last_letter():
    names = [str(municipality) for municipality in Municipality.objects.all()]
    assert names == sorted(names, key=danish)
    assert names[0] == "Albertslund"
    assert names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]


def test_the_operator_sees_no_municipalitys_pages_by_it(client, odsherred):
    client.force_login(factories.make_user(is_superuser=True, is_staff=True))
    assert client.get(reverse("work", kwargs={"municipality": odsherred.slug})).status_code == 404


def test_somebody_without_a_role_is_told_what_they_can_do(client):
    client.force_login(factories.make_user())
    page = client.get("/en" + reverse("my_page"))
    assert page.status_code == 200
    assert "The account has no task in the portal yet." in page.content.decode()
    assert f'href="{reverse("sign_up")}"' in page.content.decode()
