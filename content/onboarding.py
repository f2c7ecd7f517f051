"""Opening the portal in a municipality: its page, its editors' rights and its workflow. Repeatable."""

from datetime import date

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Site, Workflow, WorkflowPage, WorkflowTask

from content.models import MunicipalityPage, NationalHomePage
from portal.audit.record import Record
from portal.municipalities.models import Membership, Municipality, Role

EDITS = ("add_page", "change_page")
PUBLISHES = (*EDITS, "publish_page", "lock_page", "unlock_page")
# Who works in the editor, and whether they may publish.
ROLE_RIGHTS = {
    Role.EDITOR: "editors",
    Role.VOLUNTEER_COORDINATOR: "moderators",
    Role.ADMINISTRATOR: "moderators",
}


def national_home(*, title: str, intro: str) -> NationalHomePage:
    """The national front page as the site's root; made if it is missing."""
    home = NationalHomePage.objects.first()
    if home is not None:
        return home
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    home = root.add_child(instance=NationalHomePage(title=title, slug="forside", intro=intro))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": title}
    )
    # Wagtail's own migration put a welcome page there.
    Page.objects.child_of(root).filter(slug="home").exclude(pk=home.pk).delete()
    return home


def open_municipality(
    municipality: Municipality, *, joined_on: date, page: MunicipalityPage, record: Record
) -> MunicipalityPage:
    """Note that the municipality has joined, and give it page, groups and workflow; what is there already stays."""
    if municipality.joined_on is None:
        municipality.joined_on = joined_on
        municipality.save(update_fields=["joined_on"])
        record.write("municipality.joined", municipality)
    existing = MunicipalityPage.objects.filter(municipality=municipality).first()
    if existing is None:
        page.municipality = municipality
        existing = NationalHomePage.objects.get().add_child(instance=page)
        existing.save_revision().publish()
    for kind, rights in (("editors", EDITS), ("moderators", PUBLISHES)):
        _give_rights(_group(municipality, kind), existing, rights)
    _start_workflow(existing, _group(municipality, "moderators"))
    return existing


def give_editing_rights(membership: Membership) -> None:
    """Put a member of staff into the editors' group that goes with the role; advisers have none."""
    kind = ROLE_RIGHTS.get(Role(membership.role))
    if kind:
        membership.user.groups.add(_group(membership.municipality, kind))


def take_editing_rights(membership: Membership) -> None:
    """Take the rights of a role away again, unless another role of the same person gives them too."""
    kind = ROLE_RIGHTS.get(Role(membership.role))
    same = [role for role, other in ROLE_RIGHTS.items() if other == kind]
    others = Membership.objects.within(membership.municipality_id).filter(user=membership.user, role__in=same)
    if kind and not others.exists():
        membership.user.groups.remove(_group(membership.municipality, kind))


def _group(municipality: Municipality, kind: str) -> Group:
    group, created = Group.objects.get_or_create(name=f"{municipality.slug}: {kind}")
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def _give_rights(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _start_workflow(page: MunicipalityPage, moderators: Group) -> None:
    if WorkflowPage.objects.filter(page=page).exists():
        return
    task = GroupApprovalTask.objects.create(name=f"Godkendelse i {page.municipality.name}")
    task.groups.add(moderators)
    workflow = Workflow.objects.create(name=f"Godkendelse i {page.municipality.name}")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(page=page, workflow=workflow)
