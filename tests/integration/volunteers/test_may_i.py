"""“May I do this?”: the page, the command, and what is kept of a question."""

import json
from io import StringIO
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from portal.municipalities.models import DepartmentKind
from tests import boundary_factories, factories
from volunteers.boundary import asking
from volunteers.boundary.asking import ask
from volunteers.boundary.entries import Answer, BoundaryEntry, EntryKind
from volunteers.boundary.local import LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText
from volunteers.boundary.verdict import Side
from volunteers.boundary.versions import write_version
from volunteers.views import may_i

pytestmark = pytest.mark.django_db

INTERPRETING = {
    "da": "må jeg tolke hos lægen",
    "en": "can I interpret at the doctor's",
    "uk": "чи можу я перекладати в лікаря",
    "ar": "هل أترجم لها عند الطبيب",
}


def page(client, question="", language="da", **query):
    with translation.override(language):
        address = reverse("may_i")
    return client.get(address, {"q": question, **query})


def text(response):
    return response.content.decode()


def entries():
    return list(BoundaryEntry.objects.values_list("kind", "task_type", "side", "answer", "language", "municipality"))


# --- Asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "question"), INTERPRETING.items())
def test_one_asks_in_ones_own_language(language, question):
    best = ask(question, language=language, municipality=None).best
    assert (best.code, best.here.side, best.answer) == ("medical_interpreting", Side.PROFESSIONAL, Answer.NO)


@pytest.mark.parametrize(("language", "question"), INTERPRETING.items())
def test_whatever_language_the_page_is_in(language, question):
    for other in {"da", "en", "uk", "ar"} - {language}:
        assert ask(question, language=other, municipality=None).found[0].code == "medical_interpreting"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("må jeg tolke hos leagen", "medical_interpreting"),
        ("famileisammenføring skema", "family_reunification_form"),
        ("lejekontrakten skal underskrives", "housing_assignment"),
        ("boernehave plads", "daycare_place"),
        ("MITID", "mitid_bank"),
        ("мені треба мітайді", "mitid_bank"),
        ("чи можу я позичити їм гроші?", "family_money"),
        ("لمّ شمل العائلة", "family_reunification_form"),
        ("اسنان", "dental"),
    ],
)
def test_typing_errors_other_letters_and_compounds_are_forgiven(question, code):
    assert ask(question, language="da", municipality=None).best.code == code


@pytest.mark.demand("F065")
@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("da", "må jeg udfylde skemaet til familiesammenføring"),
        ("en", "can I fill in the family reunification form"),
        ("uk", "заповнити заяву на возз'єднання сім'ї"),
        ("ar", "تعبئة طلب لم الشمل"),
    ],
)
def test_family_reunification_is_shared_and_leads_to_a_trained_adviser(language, question):
    best = ask(question, language=language, municipality=None).best
    assert (best.code, best.answer) == ("family_reunification_form", Answer.YES_BUT)
    assert "uddannet rådgiver" in best.here.task_type.text("may", "da")
    assert "juridiske råd" in best.here.task_type.text("must_not", "da")


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?",
        "og men eller",
        "🎉🎉🎉",
        "asdf qwer zxcv",
        "x" * 5000,
        "1234567",
        "'; DROP TABLE volunteers_tasktype; --",
    ],
)
def test_what_means_nothing_gets_no_answer(question):
    assert ask(question, language="da", municipality=None).best is None
    assert TaskType.objects.exists()


def test_a_long_story_is_answered_all_the_same():
    story = "Vi var ude at gå en tur i går og så på vejret. " * 20 + INTERPRETING["da"]
    assert ask(story, language="da", municipality=None).found[0].code == "medical_interpreting"


@pytest.mark.demand("F059")
def test_a_stricter_side_in_the_municipality_changes_the_answer(odsherred, roskilde):
    question = "må jeg give dem et lift til supermarkedet"
    assert ask(question, language="da", municipality=odsherred).best.answer == Answer.YES
    LocalTask.objects.create(municipality=odsherred, task_type_id="shopping_driving", side=Side.AUTHORITY)
    assert ask(question, language="da", municipality=odsherred).best.answer == Answer.NO
    assert ask(question, language="da", municipality=roskilde).best.answer == Answer.YES
    assert ask(question, language="da", municipality=None).best.answer == Answer.YES


def test_what_is_changed_in_the_catalogue_is_found_at_once():
    assert ask("hulahop", language="da", municipality=None).best is None
    task_type = TaskType.objects.get(pk="library_culture")
    words = task_type.texts.get(language="da")
    words.words = [*words.words, "hulahop"]
    words.save()
    write_version(task_type, now=timezone.now())
    assert ask("hulahop", language="da", municipality=None).best.code == "library_culture"


def test_a_municipalitys_own_type_is_found_there_only(odsherred, roskilde):
    own = TaskType.objects.create(
        code="306-harvest", municipality=odsherred, kind_of_id="library_culture", side=Side.VOLUNTEER, certificate="no"
    )
    TaskTypeText.objects.create(
        task_type=own, language="da", name="Æbleplukning", words=["æbleplukning", "plukke æbler"]
    )
    write_version(own, now=timezone.now())
    assert ask("må jeg plukke æbler med dem", language="da", municipality=odsherred).best.code == "306-harvest"
    for elsewhere in (roskilde, None):
        found = ask("må jeg plukke æbler med dem", language="da", municipality=elsewhere).found
        assert "306-harvest" not in {one.code for one in found}


def test_the_index_is_made_once(django_assert_max_num_queries, odsherred):
    ask("lektier", language="da", municipality=odsherred)
    before = dict(asking._indexes)
    with django_assert_max_num_queries(6):
        ask("lektier", language="da", municipality=odsherred)
    assert {key: index for key, (_, index) in asking._indexes.items()} == {
        key: index for key, (_, index) in before.items()
    }


def test_an_answer_takes_less_than_a_tenth_of_a_second(odsherred):
    ask("lektier", language="da", municipality=odsherred)
    times = []
    for question in [*INTERPRETING.values()] * 5:
        begun = perf_counter()
        ask(question, language="da", municipality=odsherred)
        times.append(perf_counter() - begun)
    assert sorted(times)[len(times) // 2] < 0.1


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.demand("F059")
def test_a_visitor_gets_the_answer_with_the_department_and_its_phone(client, odsherred):
    boundary_factories.make_department(
        odsherred, kind=DepartmentKind.INTEGRATION, name="Integration", phone="59 66 60 11"
    )
    shown = text(page(client, INTERPRETING["da"], kommune="odsherred"))
    assert TaskType.objects.get(pk="medical_interpreting").text("name", "da") in shown
    assert 'class="may-i-answer may-i-no"' in shown
    assert 'href="tel:59666011"' in shown
    assert "Sundhedsloven § 50" in shown


@pytest.mark.parametrize("language", ["da", "en", "uk", "ar"])
def test_the_page_is_there_in_every_language_with_and_without_an_answer(client, language):
    for question in ("", INTERPRETING[language], "zzzz qqqq"):
        response = page(client, question, language)
        assert response.status_code == 200
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text(response)


def test_where_nothing_fits_it_guesses_nothing_and_names_the_coordinator(client, odsherred):
    odsherred.contact_name, odsherred.contact_phone = "Mette Holm", "59 66 60 22"
    odsherred.save()
    shown = text(page(client, "opskrift på brunsviger", kommune="odsherred"))
    assert 'class="may-i-answer may-i-unsure"' in shown
    assert "Mette Holm" in shown and 'href="tel:59666022"' in shown


def test_a_guess_can_be_chosen_by_its_address(client):
    shown = text(page(client, "zzzz", opgave="budget_household"))
    assert 'class="may-i-answer may-i-yes_but"' in shown
    assert text(page(client, "", opgave="no-such-task")).count("may-i-answer") == 0


def test_where_children_are_concerned_the_certificate_is_named(client):
    assert "børneattest" in text(page(client, "må jeg hjælpe med lektier"))


def test_worried_about_a_child_leads_to_whom_to_call(client, odsherred):
    shown = text(page(client, "jeg tror faren slår børnene", kommune="odsherred"))
    assert f"{reverse('duty')}?kommune=odsherred" in shown


def test_a_volunteer_need_not_say_where(client, odsherred):
    volunteer = factories.make_volunteer(odsherred)
    client.force_login(volunteer.party.user)
    assert page(client, "lektier").context["municipality"] == odsherred


def test_a_volunteer_with_a_match_can_pass_it_on(client, odsherred):
    boundary_factories.make_department(odsherred, kind=DepartmentKind.BENEFITS, phone="59 66 60 11")
    match = factories.make_match(municipality=odsherred)
    client.force_login(match.volunteer.party.user)
    way_on = f"{reverse('volunteer_hand_over', args=[match.pk])}?opgave=cash_benefit"
    assert way_on in text(page(client, "de har fået for lidt i kontanthjælp"))
    assert way_on not in text(page(client, "må jeg hjælpe med lektier"))


def test_a_cpr_number_is_refused_with_an_explanation_and_nothing_is_lost(client):
    shown = text(page(client, "tolke for 010190-1234 hos lægen"))
    assert "may-i-answer" not in shown
    assert "010190-1234 hos lægen" in shown
    assert entries() == []


@pytest.mark.parametrize("query", [{"q": "x" * 301}, {"q": "a\x00b"}, {"q": "tolk", "kommune": "atlantis"}])
def test_bad_input_is_explained(client, query):
    response = client.get(reverse("may_i"), query)
    assert response.status_code == 200
    assert "data-error-summary" in text(response)


def test_what_is_typed_is_shown_as_text(client):
    assert "<script>alert(1)" not in text(page(client, "<script>alert(1)</script> tolk"))


def test_too_many_questions_from_one_address_wait_a_little(client, monkeypatch):
    monkeypatch.setattr(may_i, "QUESTIONS", 2)
    assert [page(client, "tolk").status_code for _ in range(3)] == [200, 200, 429]
    assert page(client).status_code == 200


def test_everybody_finds_the_page_from_everywhere(client):
    assert text(client.get(reverse("code_of_conduct"))).count(f'href="{reverse("may_i")}"') == 2


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_of_a_question_only_codes_and_the_day_are_kept(client, odsherred):
    page(client, "må jeg tolke for Amina hos lægen", kommune="odsherred")
    page(client, "opskrift på brunsviger", "en")
    assert entries() == [
        (EntryKind.ASKED, "medical_interpreting", Side.PROFESSIONAL, Answer.NO, "da", odsherred.pk),
        (EntryKind.ASKED, None, "", Answer.UNSURE, "en", None),
    ]


def test_looking_at_the_page_is_no_question(client):
    page(client)
    client.head(reverse("may_i"), {"q": ""})
    assert entries() == []


def test_a_visitors_question_is_kept_by_the_sites_own_role(client, odsherred, as_site):
    page(client, "lektier", kommune="odsherred")
    with as_site(municipality=odsherred.pk):
        assert BoundaryEntry.objects.count() == 1
    with as_site(municipality=factories.ROSKILDE):
        assert BoundaryEntry.objects.count() == 0


# --- In the terminal --------------------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("may_i", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.demand("F059")
def test_the_terminal_gives_the_same_answer(odsherred):
    told = json.loads(run("må jeg tolke hos lægen", "--language", "da", "--json"))
    answered = ask("må jeg tolke hos lægen", language="da", municipality=None)
    assert [(one["code"], one["score"], one["side"]) for one in told] == [
        (one.code, one.score, one.here.side) for one in answered.found
    ]
    assert told[0] | {"score": 0} == {
        "code": "medical_interpreting", "score": 0, "side": "professional", "answer": "no", "sure": True,
    }  # fmt: skip


def test_the_terminal_speaks_in_plain_text_too_and_knows_a_municipalitys_rules(odsherred):
    LocalTask.objects.create(municipality=odsherred, task_type_id="shopping_driving", side=Side.AUTHORITY)
    assert "not_in_portal" in run("må jeg låne dem penge")
    assert "authority" in run("køre dem til supermarkedet", "--municipality", "odsherred").splitlines()[0]
    assert "ask the coordinator" in run("asdf qwer")
    with pytest.raises(CommandError, match="atlantis"):
        run("tolk", "--municipality", "atlantis")
