"""The portal's main job from end to end, as four people would do it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from content.models import NeedPage
from matching.models import Match, Proposal
from portal.audit.models import Event
from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import next_step, press, register_household, sign_up, write_rich_text
from tests.integration.content.pages import make_municipality_page, make_need
from volunteers.models import Volunteer

EMAIL = "ane@example.org"


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    municipality.contact_name = "Karen Grønnegaard"
    municipality.save()
    return municipality


@pytest.mark.demand("F012")
@pytest.mark.demand("F017")
@pytest.mark.demand("F030")
@pytest.mark.demand("F053")
@pytest.mark.demand("F059")
@pytest.mark.demand("F099")
@pytest.mark.demand("F105")
def test_from_a_published_need_to_a_match_as_four_people(person, look, odsherred):
    page = make_municipality_page(odsherred)

    # 1. An editor writes a need, is stopped and helped; the coordinator publishes it.
    editor = person(DESKTOP, user=factories.make_member(odsherred, Role.EDITOR))
    editor.goto(f"/admin/pages/add/content/needpage/{page.pk}/", wait_until="networkidle")
    editor.fill("#id_title", "Kontaktfamilier i Nykøbing")
    editor.fill("#id_intro", "Vi mangler familier, der vil lære nye naboer at kende.")
    editor.select_option("#id_kind", "contact_family")
    editor.select_option("#id_tasks-0-task_type", "health_assessment")
    editor.fill("#id_postcode", "4500")
    write_rich_text(editor, "body", "I ses en gang om ugen.")
    press(editor, "button.action-save")
    editor.wait_for_load_state("networkidle")
    expect(editor.locator("body")).to_contain_text("Integrationsloven § 15 d")
    editor.select_option("#id_tasks-0-task_type", "contact_family")
    editor.locator("footer [data-w-dropdown-target=toggle]").click()
    press(editor, "[name=action-submit]")
    need = NeedPage.objects.get()
    assert not need.live
    coordinator = person(DESKTOP, user=factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    coordinator.goto(f"/admin/pages/{need.pk}/edit/", wait_until="networkidle")
    coordinator.locator("footer [data-w-dropdown-target=toggle]").click()
    press(coordinator, "[data-workflow-action-name=approve]:visible")
    need.refresh_from_db()
    assert need.live

    # 2. A visitor finds it near their postcode.
    visitor = person(PHONE)
    visitor.goto("/")
    look(visitor, "home")
    visitor.fill("[name=postnr]", "4581")
    press(visitor, "form[role=search] button")
    look(visitor, "needs")
    press(visitor, "text=Kontaktfamilier i Nykøbing")
    look(visitor, "need")

    # 3. The visitor signs up, and becomes a volunteer by the code in the mail.
    press(visitor, "a.button-primary[href*='bliv-frivillig']")
    sign_up(visitor, email=EMAIL, languages={"kmr": "3"}, look=look)
    look(visitor, "volunteer-home")
    volunteer = Volunteer.objects.within(odsherred).get()
    assert volunteer.state == "active"
    assert volunteer.signed_up_from == f"need:{need.pk}"

    # The coordinator notes the child certificate: the household has children under 15.
    coordinator.goto(f"/kommune/odsherred/frivillige/{volunteer.pk}/")
    coordinator.fill("[name=obtained_on]", date.today().isoformat())
    coordinator.fill("[name=organisation]", "Odsherred Kommune")
    coordinator.fill("[name=renew_by]", (date.today() + timedelta(days=700)).isoformat())
    look(coordinator, "volunteer")
    next_step(coordinator)

    # 4. The adviser registers a household; a CPR number is refused and the rest is kept.
    mette = factories.make_member(odsherred, Role.ADVISER, factories.make_user(name="Mette Holm"))
    adviser = person(DESKTOP, user=mette)
    adviser.goto("/kommune/odsherred/husstande/ny/")
    register_household(adviser, name="Familien 010190-1234", phone="5550 9876", language="ar")
    look(adviser, "household-refused")
    expect(adviser.locator("main")).to_contain_text("cpr-nummer")
    assert adviser.input_value("[name=phone]") == "5550 9876"
    adviser.fill("[name=display_name]", "Familien D.")
    next_step(adviser)
    look(adviser, "household")

    # 5. The engine suggests the volunteer, with reasons in words.
    press(adviser, "a[href*='/oensker/']")
    expect(adviser.locator("main")).to_contain_text("Kurmanji")
    expect(adviser.locator("main")).to_contain_text("km")
    look(adviser, "suggestions")

    # 6. The adviser proposes; the volunteer is asked without a name or an address, and says yes.
    next_step(adviser)
    look(adviser, "proposal")
    proposal = Proposal.objects.within(odsherred).get()
    visitor.goto("/frivillig/")
    look(visitor, "asked")
    press(visitor, f"a[href*='{proposal.pk}']")
    look(visitor, "proposal")
    for hidden in ("Familien D.", "Rojîn", "5550 9876"):
        expect(visitor.locator("body")).not_to_contain_text(hidden)
    press(visitor, "form:has([name=svar][value=ja]) button")
    expect(visitor.locator("body")).not_to_contain_text("5550 9876")

    # The household is asked on the adviser's screen, in Arabic, from right to left.
    adviser.goto(f"/kommune/odsherred/forslag/{proposal.pk}/svar/")
    assert adviser.locator("[lang=ar][dir=rtl]").count() > 0
    expect(adviser.locator("body")).not_to_contain_text("5550 4321")
    look(adviser, "household-asked")
    press(adviser, "form:has([name=svar][value=ja]) button")
    look(adviser, "household-answered")

    # Two yeses: only now each sees how to reach the other.
    match = Match.objects.within(odsherred).get()
    visitor.goto(f"/frivillig/match/{match.pk}/")
    expect(visitor.locator("main")).to_contain_text("5550 9876")
    look(visitor, "match")
    adviser.goto(f"/kommune/odsherred/match/{match.pk}/husstanden/")
    expect(adviser.locator("body")).to_contain_text("5550 4321")
    look(adviser, "match-for-household")

    # 7. All of it is in the audit trail.
    administrator = person(DESKTOP, user=factories.make_member(odsherred, Role.ADMINISTRATOR))
    administrator.goto("/kommune/odsherred/spor/")
    look(administrator, "audit")
    done = set(Event.objects.values_list("action", flat=True))
    assert done >= {
        "volunteer.signed_up",
        "volunteer.email_confirmed",
        "certificate.recorded",
        "household.registered",
        "request.opened",
        "proposal.made",
        "proposal.volunteer_says_yes",
        "proposal.household_says_yes",
        "match.made",
        "consent.given",
    }


@pytest.mark.demand("F106")
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
