"""The addresses of this app."""

from django.urls import path

from volunteers.views import activities, consent, correcting, data, duty, leaving, ledger, profile, staff, texts
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
]
