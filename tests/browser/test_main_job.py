"""The portal's main job from end to end, as four people would do it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from content.models import NeedPage
from matching.models import Match, Proposal
from matching.trail import ACTION_TEXTS
from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import next_step, press, register_household, sign_up, write_need
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.models import Volunteer

EMAIL = "ane@example.org"
TRAIL = ".row-list .row-title"
WRITTEN = (
    "page.created",
    "page.submitted",
    "page.approved",
    "page.published",
    "volunteer.signed_up",
    "volunteer.email_confirmed",
    "certificate.recorded",
    "household.registered",
    "request.opened",
    "proposal.made",
    "proposal.volunteer_says_yes",
    "proposal.household_says_yes",
    "match.made",
    "consent.matching_given",
    "consent.given",
)


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    municipality.contact_name = "Karen Grønnegaard"
    municipality.save()
    return municipality


@pytest.mark.demand("F030")
@pytest.mark.demand("F053")
@pytest.mark.demand("F059")
@pytest.mark.demand("F105")
def test_from_a_published_need_to_a_match_as_four_people(person, look, odsherred):
    home = make_municipality_page(odsherred)
    editor = person(DESKTOP, user=factories.make_member(odsherred, Role.EDITOR))
    coordinator = person(DESKTOP, user=factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    visitor = person(PHONE)
    mette = factories.make_member(odsherred, Role.ADVISER, factories.make_user(name="Mette Holm"))
    adviser = person(DESKTOP, user=mette)

    # 1. A need is written and published.
    need = an_editor_writes_a_need_and_is_stopped_and_helped(editor, home)
    the_coordinator_publishes_it(coordinator, need)
    # 2. A visitor finds it near their postcode.
    a_visitor_finds_it(visitor, look)
    # 3. The visitor becomes a volunteer. The household to come has children, so a certificate is needed.
    volunteer = the_visitor_signs_up(visitor, look, need)
    the_coordinator_notes_the_child_certificate(coordinator, look, volunteer)
    # 4. A household is registered.
    the_adviser_registers_a_household_without_its_cpr_number(adviser, look)
    # 5. The engine suggests the volunteer.
    the_adviser_is_told_why_the_volunteer_fits(adviser, look)
    # 6. Both are asked, say yes, and only then see how to reach each other.
    proposal = the_adviser_proposes(adviser, look)
    the_volunteer_says_yes_without_knowing_who(visitor, look, proposal)
    the_household_says_yes_in_arabic(adviser, look, proposal)
    each_sees_how_to_reach_the_other(visitor, adviser, look)
    # 7. All of it is in the audit trail.
    administrator = person(DESKTOP, user=factories.make_member(odsherred, Role.ADMINISTRATOR))
    the_administrator_reads_all_of_it(administrator, look, need)


def an_editor_writes_a_need_and_is_stopped_and_helped(editor, home):
    write_need(editor, home, title="Kontaktfamilier i Nykøbing", task="health_assessment")
    expect(editor.locator("body")).to_contain_text("Integrationsloven § 15 d")
    editor.select_option("#id_tasks-0-task_type", "contact_family")
    editor.locator("footer [data-w-dropdown-target=toggle]").click()
    press(editor, "[name=action-submit]")
    need = NeedPage.objects.get()
    assert not need.live
    return need


def the_coordinator_publishes_it(coordinator, need):
    coordinator.goto(f"/admin/pages/{need.pk}/edit/", wait_until="networkidle")
    coordinator.locator("footer [data-w-dropdown-target=toggle]").click()
    press(coordinator, "[data-workflow-action-name=approve]:visible")
    need.refresh_from_db()
    assert need.live


def a_visitor_finds_it(visitor, look):
    visitor.goto("/")
    look(visitor, "home")
    visitor.fill("[name=postnr]", "4581")
    press(visitor, "form[role=search] button")
    look(visitor, "needs")
    press(visitor, "text=Kontaktfamilier i Nykøbing")


def the_visitor_signs_up(visitor, look, need):
    press(visitor, "a.button-primary[href*='bliv-frivillig']")
    sign_up(visitor, email=EMAIL, languages={"kmr": "3"}, look=look)
    look(visitor, "volunteer-home")
    volunteer = Volunteer.objects.within(need.municipality).get()
    assert volunteer.state == "active"
    assert volunteer.signed_up_from == f"need:{need.pk}"
    return volunteer


def the_coordinator_notes_the_child_certificate(coordinator, look, volunteer):
    coordinator.goto(f"/kommune/odsherred/frivillige/{volunteer.pk}/")
    coordinator.fill("[name=obtained_on]", date.today().isoformat())
    coordinator.fill("[name=organisation]", "Odsherred Kommune")
    coordinator.fill("[name=renew_by]", (date.today() + timedelta(days=700)).isoformat())
    look(coordinator, "volunteer")
    next_step(coordinator)


def the_adviser_registers_a_household_without_its_cpr_number(adviser, look):
    adviser.goto("/kommune/odsherred/husstande/ny/")
    register_household(adviser, name="Familien 010190-1234", phone="5550 9876", language="ar")
    look(adviser, "household-refused")
    expect(adviser.locator("main")).to_contain_text("cpr-nummer")
    assert adviser.input_value("[name=phone]") == "5550 9876"
    adviser.fill("[name=display_name]", "Familien D.")
    next_step(adviser)
    look(adviser, "household")


def the_adviser_is_told_why_the_volunteer_fits(adviser, look):
    press(adviser, "a[href*='/oensker/']")
    expect(adviser.locator("main")).to_contain_text("Kurmanji")
    expect(adviser.locator("main")).to_contain_text("km")
    look(adviser, "suggestions")


def the_adviser_proposes(adviser, look):
    next_step(adviser)
    look(adviser, "proposal")
    return Proposal.objects.within(factories.ODSHERRED).get()


def the_volunteer_says_yes_without_knowing_who(visitor, look, proposal):
    visitor.goto("/frivillig/")
    look(visitor, "asked")
    press(visitor, f"a[href*='{proposal.pk}']")
    look(visitor, "question")
    for hidden in ("Familien D.", "Rojîn", "5550 9876"):
        expect(visitor.locator("body")).not_to_contain_text(hidden)
    press(visitor, "form:has([name=svar][value=ja]) button")
    expect(visitor.locator("body")).not_to_contain_text("5550 9876")


def the_household_says_yes_in_arabic(adviser, look, proposal):
    adviser.goto(f"/kommune/odsherred/forslag/{proposal.pk}/svar/")
    assert adviser.locator("[lang=ar][dir=rtl]").count() > 0
    expect(adviser.locator("body")).not_to_contain_text("5550 4321")
    press(adviser, "form:has([name=svar][value=ja]) button")
    look(adviser, "household-answered")


def each_sees_how_to_reach_the_other(visitor, adviser, look):
    match = Match.objects.within(factories.ODSHERRED).get()
    visitor.goto(f"/frivillig/match/{match.pk}/")
    expect(visitor.locator("main")).to_contain_text("5550 9876")
    look(visitor, "match")
    adviser.goto(f"/kommune/odsherred/match/{match.pk}/husstanden/")
    expect(adviser.locator("body")).to_contain_text("5550 4321")
    look(adviser, "match-for-household")


def the_administrator_reads_all_of_it(administrator, look, need):
    administrator.goto("/kommune/odsherred/spor/")
    look(administrator, "audit")
    shown = administrator.locator(TRAIL).all_inner_texts()
    for action in WRITTEN:
        assert str(ACTION_TEXTS[action]) in shown, action
    assert "5550" not in administrator.inner_text("main")
    assert Event.objects.filter(action="page.published", subject_id=str(need.pk)).exists()


def test_a_visitor_finds_a_need_and_signs_up_without_javascript(person, odsherred):
    page = make_municipality_page(odsherred)
    make_need(page, title="Lektiecafé i Vig", kind="homework_help", tasks=("homework_help",), postcode="4560")
    make_need(page, title="Kontaktfamilier i Nykøbing")
    visitor = person(PHONE, javascript=False)
    visitor.goto("/behov/")
    visitor.fill("[name=postnr]", "4500")
    visitor.select_option("[name=hjaelp]", "contact_family")
    press(visitor, ".search-form button")
    assert visitor.locator(".need-card").count() == 1
    assert "postnr=4500" in visitor.url
    press(visitor, "text=Kontaktfamilier i Nykøbing")
    press(visitor, "a.button-primary[href*='bliv-frivillig']")
    sign_up(visitor, email=EMAIL, languages={"ti": "2"})
    assert Volunteer.objects.within(odsherred).get().state == "active"
    visitor.reload()
    assert visitor.url.endswith("/frivillig/")


def test_a_step_that_fails_keeps_what_was_typed_without_javascript(person, odsherred):
    make_municipality_page(odsherred)
    visitor = person(PHONE, javascript=False)
    visitor.goto("/bliv-frivillig/")
    visitor.fill("[name=hvad-place]", "Nykobing Sjaeland")
    visitor.check("[name=hvad-kinds][value=mentor]")
    next_step(visitor)
    assert "hvad" in visitor.url
    assert visitor.input_value("[name=hvad-place]") == "Nykobing Sjaeland"
    assert visitor.is_checked("[name=hvad-kinds][value=mentor]")
