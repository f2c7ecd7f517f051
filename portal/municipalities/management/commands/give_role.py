"""manage.py give_role EMAIL MUNICIPALITY ROLE: let somebody work for a municipality, or with --take no longer."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.accounts.models import User
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Membership, Municipality, Role
from portal.municipalities.rls import in_force
from portal.municipalities.services import give_role, take_role


class Command(BaseCommand):
    help = "Gives a person a role in a municipality; the account is made if it is missing, and logs in by code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("municipality", help="its slug, for example odsherred")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--name", default="")
        parser.add_argument("--take", action="store_true", help="take the role away instead")

    def handle(self, *args: Any, email: str, municipality: str, role: str, **options: Any) -> None:
        place = Municipality.objects.filter(slug=municipality).first()
        if place is None:
            raise CommandError(f"There is no municipality called {municipality}.")
        record = Record(SYSTEM, place.code)
        try:
            if options["take"]:
                _take(email, place, role, record)
            else:
                give_role(_user(email, options["name"]), place, role, record=record)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{email}: {role} in {place.name} {'taken' if options['take'] else 'given'}.")


def _user(email: str, name: str) -> User:
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


def _take(email: str, place: Municipality, role: str, record: Record) -> None:
    with in_force(municipality=place.code):
        membership = Membership.objects.within(place).filter(user__email__iexact=email, role=role).first()
    if membership is None:
        raise CommandError(f"{email} is not {role} in {place.name}.")
    take_role(membership, record=record)
