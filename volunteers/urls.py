"""The addresses of this app."""

from django.urls import path

from volunteers.views import (
    activities,
    boundary,
    consent,
    correcting,
    data,
    departments,
    done_anyway,
    duty,
    interfaces,
    leaving,
    ledger,
    may_i,
    profile,
    staff,
    texts,
)
from volunteers.views.sign_up import SignUpWizard

wizard = SignUpWizard.as_view(url_name="sign_up_step")

urlpatterns = [
    path("bliv-frivillig/", wizard, name="sign_up"),
    path("bliv-frivillig/ret/", correcting.sign_up_correct, name="sign_up_correct"),
    path("bliv-frivillig/<slug:step>/", wizard, name="sign_up_step"),
    path("frivillig/adfaerd/", texts.code_of_conduct, name="code_of_conduct"),
    path("frivillig/fortrolighed/", texts.confidentiality, name="confidentiality"),
    path("frivillig/roller/", texts.roles, name="roles"),
    path("frivillig/profil/", profile.volunteer_profile, name="volunteer_profile"),
    path("frivillig/samtykke/", consent.consent, name="volunteer_consent"),
    path("frivillig/hvem-har-set/", ledger.volunteer_ledger, name="volunteer_ledger"),
    path("frivillig/mine-data/", data.volunteer_data, name="volunteer_data"),
    path("frivillig/pause/", profile.pause, name="volunteer_pause"),
    path("frivillig/tilbage/", profile.resume, name="volunteer_resume"),
    path("frivillig/stop/", profile.leave, name="volunteer_leave"),
    path("frivillig/farvel/", profile.left, name="volunteer_left"),
    path("frivillig/gjorde-det-selv/", done_anyway.done_anyway, name="done_anyway"),
    path("maa-jeg/", may_i.may_i, name="may_i"),
    path("underretning/", duty.duty, name="duty"),
    path("kommune/<slug:municipality>/kontakt/", duty.concern_contact, name="concern_contact"),
    path("kommune/<slug:municipality>/aktiviteter/", activities.activities, name="activities"),
    path("kommune/<slug:municipality>/aktiviteter/ny/", activities.activity_new, name="activity_new"),
    path("kommune/<slug:municipality>/aktiviteter/<int:pk>/ret/", activities.activity_edit, name="activity_edit"),
    path("kommune/<slug:municipality>/aktiviteter/<int:pk>/luk/", activities.activity_close, name="activity_close"),
    path("kommune/<slug:municipality>/aktiviteter/<int:pk>/aabn/", activities.activity_reopen, name="activity_reopen"),
    path("kommune/<slug:municipality>/frivillige/", staff.volunteers, name="volunteers"),
    path("kommune/<slug:municipality>/frivillige/<int:pk>/", staff.volunteer, name="volunteer"),
    path("kommune/<slug:municipality>/frivillige/<int:pk>/luk/", leaving.volunteer_close, name="volunteer_close"),
    path("kommune/<slug:municipality>/frivillige/<int:pk>/boerneattest/", staff.certificate, name="certificate"),
    path("kommune/<slug:municipality>/graensen/", boundary.boundary, name="boundary"),
    path("kommune/<slug:municipality>/graensen/opgave/<slug:code>/", boundary.boundary_task, name="boundary_task"),
    path(
        "kommune/<slug:municipality>/graensen/opgave/<slug:code>/regel/", boundary.boundary_rule, name="boundary_rule"
    ),
    path("kommune/<slug:municipality>/graensen/opgave/<slug:code>/ret/", boundary.own_type_edit, name="own_type_edit"),
    path(
        "kommune/<slug:municipality>/graensen/opgave/<slug:code>/tilbagetraek/",
        boundary.own_type_withdraw,
        name="own_type_withdraw",
    ),
    path(
        "kommune/<slug:municipality>/graensen/opgave/<slug:code>/tilbyd/",
        boundary.own_type_reopen,
        name="own_type_reopen",
    ),
    path("kommune/<slug:municipality>/graensen/ny-opgave/", boundary.own_type_new, name="own_type_new"),
    path("kommune/<slug:municipality>/graensen/afdelinger/", departments.departments, name="departments"),
    path(
        "kommune/<slug:municipality>/graensen/afdelinger/de-saedvanlige/",
        departments.departments_usual,
        name="departments_usual",
    ),
    path("kommune/<slug:municipality>/graensen/afdelinger/ny/", departments.department_new, name="department_new"),
    path(
        "kommune/<slug:municipality>/graensen/afdelinger/<int:pk>/ret/",
        departments.department_edit,
        name="department_edit",
    ),
    path(
        "kommune/<slug:municipality>/graensen/afdelinger/<int:pk>/slet/",
        departments.department_delete,
        name="department_delete",
    ),
    path(
        "kommune/<slug:municipality>/graensen/afdelinger/<int:pk>/medarbejdere/",
        departments.department_members,
        name="department_members",
    ),
    path(
        "kommune/<slug:municipality>/graensen/afdelinger/<int:pk>/medarbejdere/<int:member>/fjern/",
        departments.department_member_remove,
        name="department_member_remove",
    ),
    path("kommune/<slug:municipality>/graensen/snitflader/", interfaces.interfaces, name="interfaces"),
    path(
        "kommune/<slug:municipality>/graensen/snitflader/snitflader.csv",
        interfaces.interfaces_csv,
        name="interfaces_csv",
    ),
    path("kommune/<slug:municipality>/graensen/snitflader/ny/", interfaces.interface_new, name="interface_new"),
    path(
        "kommune/<slug:municipality>/graensen/snitflader/<int:pk>/slut/", interfaces.interface_end, name="interface_end"
    ),
]
