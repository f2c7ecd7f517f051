"""manage.py demo_logins: one demo log-in for each kind of user."""

from typing import Any

from django.core.management.base import BaseCommand

from content.demo.loader import PASSWORD, read
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Prints one demo log-in for each kind of user, if the demo is loaded."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(self._logins())
        if not lines:
            return
        self.stdout.write(f"Demo log-ins (password: {PASSWORD})")
        for kind, email in lines:
            self.stdout.write(f"  {kind:<26}{email}")

    def _logins(self) -> Any:
        seen: dict[str, str] = {}
        for row in read("staff"):
            seen.setdefault(row["roles"][0].replace("_", " "), row["email_local"])
        for row in read("volunteers"):
            if row.get("login"):
                seen[row["login"]] = row["email_local"]
        for kind, local in seen.items():
            email = f"{local}@example.org"
            if User.objects.filter(email=email).exists():
                yield kind, email
