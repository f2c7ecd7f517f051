"""Plain functions that make pages for tests."""

from datetime import date

from content.models import MunicipalityPage, NeedPage, NeedTask
from content.onboarding import national_home, open_municipality
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


def make_municipality_page(municipality: Municipality) -> MunicipalityPage:
    """The municipality's page below the national front page, with groups and workflow."""
    national_home(title="Naboskab", intro="Nyankomne og frivillige mødes.")
    return open_municipality(
        municipality,
        joined_on=date(2026, 1, 1),
        record=Record(SYSTEM, municipality.code),
        page=MunicipalityPage(
            title=municipality.official_name, slug=municipality.slug, tagline="Velkommen", body="<p>Hej</p>"
        ),
    )


def make_need(
    parent: MunicipalityPage,
    *,
    tasks: tuple[str, ...] = ("contact_family",),
    live: bool = True,
    title: str = "Kontaktfamilier",
    **fields: object,
) -> NeedPage:
    """A need in Nykøbing Sjælland unless told otherwise."""
    need = NeedPage(
        title=title,
        live=live,
        municipality=parent.municipality,
        **{
            "intro": "Familier søges",
            "kind": "contact_family",
            "postcode": "4500",
            "languages": ["ti"],
            "number_wanted": 2,
            "body": "<p>I ses.</p>",
            **fields,
        },
    )
    need.tasks = [NeedTask(task_type_id=code) for code in tasks]
    return parent.add_child(instance=need)
