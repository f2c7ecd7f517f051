"""manage.py open_municipality SLUG: a municipality joins the portal. Repeatable: what is there already stays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from content.models import MunicipalityPage
from content.onboarding import national_home, open_municipality
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Opens the portal in a municipality: page, editors' groups and workflow. Then give roles with give_role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", help="its slug, for example odsherred")

    def handle(self, *args: Any, municipality: str, **options: Any) -> None:
        place = Municipality.objects.filter(slug=municipality).first()
        if place is None:
            raise CommandError(f"There is no municipality called {municipality}.")
        national_home(title="Nyankomne og frivillige, tæt på hinanden", intro="Find hinanden i din kommune.")
        page = open_municipality(
            place,
            joined_on=timezone.localdate(),
            page=MunicipalityPage(
                title=place.official_name,
                slug=place.slug,
                tagline="Nyankomne og frivillige mødes her",
                body="<p>Skriv en velkomst her.</p>",
            ),
            record=Record(SYSTEM, place.code),
        )
        self.stdout.write(f"{place.name} takes part; its page is {page.full_url}.")
