"""The texts take their place in the editor."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from portal.languages.models import Text
from portal.languages.viewsets import OperatorsOnly, TextViewSet

register_permission_policy(Text, OperatorsOnly(Text))


@hooks.register("register_admin_viewset")
def texts() -> TextViewSet:
    """The list of texts and the page where one is corrected."""
    return TextViewSet("text")
