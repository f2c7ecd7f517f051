"""The addresses of this app: staff below /kommune/<slug>/, volunteers' own pages below /frivillig/."""

from django.urls import include, path

from matching.views import (
    audit,
    household_screen,
    households,
    matches,
    own_household,
    proposals,
    suggestions,
    volunteer,
    work,
)

staff = [
    path("arbejde/", work.work, name="work"),
    path("husstande/", households.households, name="households"),
    path("husstande/ny/", households.household_new, name="household_new"),
    path("husstande/<int:pk>/", households.household, name="household"),
    path("husstande/<int:pk>/ret/", households.household_edit, name="household_edit"),
    path("husstande/<int:pk>/adgang/", own_household.household_invite, name="household_invite"),
    path("husstande/<int:pk>/adgang/slut/", own_household.household_access_end, name="household_access_end"),
    path("oensker/<int:pk>/", suggestions.suggestions, name="suggestions"),
    path("oensker/<int:pk>/foreslaa/", suggestions.propose_offer, name="propose"),
    path("forslag/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("forslag/<uuid:pk>/traek-tilbage/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path("forslag/<uuid:pk>/svar/", household_screen.household_answer, name="household_answer"),
    path("match/<uuid:pk>/", matches.match, name="match"),
    path("match/<uuid:pk>/husstanden/", household_screen.match_for_household, name="match_for_household"),
    path("match/<uuid:pk>/slut/", matches.match_end, name="match_end"),
    path("spor/", audit.audit, name="audit"),
]

urlpatterns = [
    path("kommune/<slug:municipality>/", include(staff)),
    path("mine-oensker/", own_household.own_household, name="own_household"),
    path("frivillig/", volunteer.volunteer_home, name="volunteer_home"),
    path("frivillig/forslag/<uuid:pk>/", volunteer.volunteer_proposal, name="volunteer_proposal"),
    path("frivillig/match/<uuid:pk>/", volunteer.volunteer_match, name="volunteer_match"),
    path("frivillig/match/<uuid:pk>/slut/", volunteer.volunteer_match_end, name="volunteer_match_end"),
]
