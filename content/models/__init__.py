"""Page types, one a file."""

from content.models.home import MunicipalityPage, NationalHomePage
from content.models.need import NeedPage, NeedTask

__all__ = ["MunicipalityPage", "NationalHomePage", "NeedPage", "NeedTask"]
