"""One aggregate a file."""

from volunteers.boundary.models import TaskType
from volunteers.models.offer import Offer
from volunteers.models.vetting import CertificateCheck
from volunteers.models.volunteer import Volunteer

__all__ = ["CertificateCheck", "Offer", "TaskType", "Volunteer"]
