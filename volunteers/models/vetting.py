"""That a child certificate was obtained: never the certificate itself (LBK 362/2014)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.municipalities.scoping import ScopedModel


class CertificateCheck(ScopedModel):
    """Obtained, when, by which organisation, renew by. Nothing else is kept."""

    volunteer = models.ForeignKey("volunteers.Volunteer", on_delete=models.CASCADE, related_name="certificate_checks")
    obtained_on = models.DateField(_("obtained on"))
    organisation = models.CharField(_("obtained by which organisation"), max_length=120)
    renew_by = models.DateField(_("renew by"))
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-renew_by"]
        verbose_name = _("child-certificate check")
        verbose_name_plural = _("child-certificate checks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(renew_by__gt=models.F("obtained_on")), name="certificate_renewed_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.obtained_on}"
