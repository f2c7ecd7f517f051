"""A visitor finds a need: by place and distance, language, kind, time and words – and is told what to widen."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from tests.integration.content.pages import make_municipality_page, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(odsherred):
    return make_municipality_page(odsherred)


def titles(client, **search):
    response = client.get(reverse("needs"), search)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    return [link.get_text() for link in soup.select(".need-card h3 a")]


@pytest.mark.demand("F105")
def test_everybody_sees_the_published_needs(client, page):
    make_need(page, title="Familier i Nykøbing")
    make_need(page, title="En kladde", live=False)
    assert titles(client) == ["Familier i Nykøbing"]


@pytest.mark.demand("F026")
def test_the_nearest_need_comes_first(client, page):
    make_need(page, title="Vig", postcode="4560")
    make_need(page, title="Rørvig", postcode="4581")
    make_need(page, title="Nykøbing", postcode="4500")
    assert titles(client, postnr="4500") == ["Nykøbing", "Rørvig", "Vig"]


@pytest.mark.demand("F026")
def test_needs_further_away_than_asked_for_are_left_out(client, page):
    make_need(page, title="Nykøbing", postcode="4500")
    make_need(page, title="Vig", postcode="4560")
    assert titles(client, postnr="4500", km="5") == ["Nykøbing"]


def test_a_town_can_be_typed_instead_of_a_postcode(client, page):
    make_need(page, title="Nykøbing", postcode="4500")
    assert titles(client, postnr="rørvig", km="20") == ["Nykøbing"]


@pytest.mark.demand("F024")
def test_language_is_a_filter_of_its_own_and_kurmanji_is_not_sorani(client, page):
    make_need(page, title="Kurmanji", languages=["kmr"])
    make_need(page, title="Sorani", languages=["ckb"])
    assert titles(client, sprog="kmr") == ["Kurmanji"]


def test_kind_of_help_is_a_filter(client, page):
    make_need(page, title="Lektier", kind="homework_help", tasks=("homework_help",))
    make_need(page, title="Familie", kind="contact_family")
    assert titles(client, hjaelp="homework_help") == ["Lektier"]


def test_when_help_is_needed_is_a_filter(client, page):
    today = timezone.localdate()
    make_need(page, title="Snart", needed_by=today + timedelta(days=5))
    make_need(page, title="Senere", needed_by=today + timedelta(days=60))
    assert titles(client, hvornaar="14") == ["Snart"]


def test_a_need_whose_day_has_passed_is_no_longer_listed(client, page):
    make_need(page, title="I går", needed_by=timezone.localdate() - timedelta(days=1))
    assert titles(client) == []


def test_words_are_found_in_their_danish_inflections(client, page):
    make_need(page, title="Lektiecafé på Haraldsborg", body="<p>Hjælp børnene med lektierne.</p>")
    make_need(page, title="Noget helt andet", body="<p>Kaffe.</p>")
    assert titles(client, ord="børn") == ["Lektiecafé på Haraldsborg"]


def test_nothing_found_says_what_to_widen(client, page):
    make_need(page, title="Familie", kind="contact_family", languages=["ti"], postcode="4560")
    search = {"postnr": "4500", "km": "5", "hjaelp": "contact_family", "sprog": "ti"}
    response = client.get(reverse("needs"), search)
    soup = BeautifulSoup(response.content, "html.parser")
    wider = soup.select("#results li a")
    assert len(wider) == 1
    assert "km=" not in wider[0]["href"]
    assert "sprog=ti" in wider[0]["href"]


def test_a_misspelt_town_keeps_what_was_typed_and_says_what_may_be_meant(client, page):
    response = client.get(reverse("needs"), {"postnr": "Roskide"})
    text = response.content.decode()
    assert 'value="Roskide"' in text
    assert "Roskilde" in text


def test_the_list_does_not_ask_the_database_more_with_more_needs(client, page, django_assert_max_num_queries):
    make_need(page, title="En")
    client.get(reverse("needs"))
    for number in range(12):
        make_need(page, title=f"Behov {number}")
    with django_assert_max_num_queries(12):
        client.get(reverse("needs"), {"postnr": "4500"})


@pytest.mark.parametrize(
    "search", ["?side=99", "?side=x", "?km=abc", "?hjaelp=nope", "?ord=%00", "?postnr=" + "9" * 500]
)
def test_odd_addresses_give_a_page_and_no_error(client, page, search):
    make_need(page)
    assert client.get(reverse("needs") + search).status_code == 200


def test_a_municipality_has_one_entrance_with_contact_and_needs(client, page, odsherred):
    odsherred.contact_name, odsherred.contact_phone = "Karen Grønnegaard", "5550 0101"
    odsherred.save()
    make_need(page, title="Familier i Nykøbing")
    text = client.get(page.url).content.decode()
    assert "Karen Grønnegaard" in text
    assert "5550 0101" in text
    assert "Familier i Nykøbing" in text


@pytest.mark.demand("F028")
def test_a_need_can_ask_for_an_age_and_young_people_find_it(client, page):
    make_need(page, title="Unge venner", age_bands=["18-24", "25-39"])
    make_need(page, title="Alle aldre")
    assert set(titles(client, alder="18-24")) == {"Unge venner", "Alle aldre"}
    assert titles(client, alder="60-plus") == ["Alle aldre"]
    need = page.get_children().get(title="Unge venner")
    assert "18–24" in client.get(need.url).content.decode()


def test_a_need_without_a_day_is_open_all_the_time(client, page):
    make_need(page, title="Altid", needed_by=None)
    assert titles(client, hvornaar="14") == ["Altid"]


def test_a_distance_without_a_place_is_an_error_beside_the_field(client, page):
    make_need(page)
    soup = BeautifulSoup(client.get(reverse("needs"), {"km": "5"}).content, "html.parser")
    assert soup.select("#id_km[aria-invalid=true]")


def test_a_part_of_the_page_is_never_kept_to_be_shown_as_the_whole(client, page):
    part = client.get(reverse("needs"), headers={"HX-Request": "true"})
    assert "HX-Request" in part.headers["Vary"]
    assert part.headers["Cache-Control"] == "no-store"
    restored = client.get(reverse("needs"), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


def test_the_part_of_the_page_says_what_is_wrong_with_the_search(client, page):
    part = client.get(reverse("needs"), {"postnr": "Roskide"}, headers={"HX-Request": "true"})
    assert "Roskilde" in part.content.decode()
