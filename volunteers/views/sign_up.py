"""Signing up in four short steps, each with an address of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from formtools.wizard.forms import ManagementForm
from formtools.wizard.views import NamedUrlSessionWizardView

from portal.privacy.freetext import holds_cpr
from volunteers.choices import HelpKind
from volunteers.forms.contact import ContactForm
from volunteers.forms.place import PlaceAndHelpForm
from volunteers.forms.steps import StepForm
from volunteers.forms.times import TimesForm
from volunteers.forms.who import WhoForm
from volunteers.views.correcting import SIGNED_UP, forget_kept, keep
from volunteers.views.signing_up import after_signing_up, finish, only_once

STEPS: list[tuple[str, type[StepForm]]] = [
    ("hvad", PlaceAndHelpForm),
    ("jer", WhoForm),
    ("tider", TimesForm),
    ("kontakt", ContactForm),
]
HEADINGS = {
    "hvad": gettext_lazy("Where and what"),
    "jer": gettext_lazy("Who you are"),
    "tider": gettext_lazy("When it suits you"),
    "kontakt": gettext_lazy("How we reach you"),
}
# What is kept of a step between two requests: signs a field, and fields of one name.
LONGEST, MOST = 500, 40


class SignUpWizard(NamedUrlSessionWizardView):
    """What is typed stays in the session until the last step: going back, after an error, in two tabs."""

    form_list = STEPS
    template_name = "volunteers/sign_up.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_volunteer:
            messages.info(request, _("You are a volunteer already. Here you can see and change your profile."))
            return redirect("volunteer_profile")
        return super().dispatch(request, *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if "forfra" in self.request.GET:
            return self._start_again()
        if self._has_signed_up:
            return render(self.request, "volunteers/signed_up.html")
        self._remember_where_from()
        step = kwargs.get("step")
        first = self._first_unfinished()
        if step == self.done_step_name or self._is_after(step, first):
            if self.storage.data["step_data"]:
                messages.info(self.request, _("This step comes first."))
            self.storage.current_step = first
            return redirect(self.get_step_url(first))
        return super().get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._has_signed_up:
            return after_signing_up(self.request)
        self._keep_what_was_typed()
        return super().post(*args, **kwargs)

    def render(self, form: StepForm | None = None, **kwargs: Any) -> HttpResponse:
        form = form or self.get_form()
        form.quiet = self.request.method == "GET" and self.steps.current in self._drafts
        return super().render(form, **kwargs)

    def render_done(self, form: StepForm, **kwargs: Any) -> HttpResponse:
        """Finish in the POST of the last step itself, once, however often it was sent."""
        return only_once(self.request, self.storage.prefix, lambda: self._finish(form, **kwargs))

    def _finish(self, form: StepForm, **kwargs: Any) -> HttpResponse:
        # The parent's own version goes on to a GET that would make the volunteer.
        return super(NamedUrlSessionWizardView, self).render_done(form, **kwargs | {"step": self.done_step_name})

    def render_revalidation_failure(self, failed_step: str, form: StepForm, **kwargs: Any) -> HttpResponse:
        self._drafts = self._drafts - {failed_step}
        messages.warning(self.request, _("Something in this step does not fit any more. Please look at it again."))
        return super().render_revalidation_failure(failed_step, form, **kwargs)

    def done(self, form_list: list[StepForm], form_dict: dict[str, Any], **kwargs: Any) -> HttpResponse:
        typed, origin = self.storage.data, self.storage.extra_data.get("origin", "")
        response = finish(self.request, form_dict, signed_up_from=origin)
        if self.storage.prefix not in self.request.session:
            self.storage.init_data()  # an employee was logged out, and the session is a new one
        self.request.session[SIGNED_UP] = True
        keep(self.request, wizard=self.storage.prefix, typed=typed)
        return response

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        if step == "jer":
            typed = self.storage.get_step_data("hvad")
            return {"kinds": typed.getlist("hvad-kinds") if typed else []}
        if step == "tider":
            typed = self.storage.get_step_data("jer")
            return {"came_as_newcomer": bool(typed and typed.get("jer-came_as_newcomer"))}
        if step == "kontakt":
            return {"user": self.request.user if self.request.user.is_authenticated else None}
        return {}

    def get_form_initial(self, step: str) -> dict[str, Any]:
        if step == "hvad":
            kind = self.storage.extra_data.get("kind")
            return {"kinds": [kind] if kind else []}
        if step == "jer":
            return {"languages": {"da": 4}} if get_language() == "da" else {}
        if step == "kontakt" and self.request.user.is_authenticated:
            return {"name": self.request.user.name}
        return {}

    def get_context_data(self, form: StepForm, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form,
            heading=HEADINGS[self.steps.current],
            back=self.get_step_url(self.steps.prev) if self.steps.prev else "",
            is_employee=bool(self.request.user.is_authenticated and self.request.user.current_memberships),
            **kwargs,
        )

    @property
    def _has_signed_up(self) -> bool:
        return bool(self.request.session.get(SIGNED_UP)) and not self.storage.data["step_data"]

    def _start_again(self) -> HttpResponse:
        self.request.session.pop(SIGNED_UP, None)
        forget_kept(self.request)
        self.storage.reset()
        return redirect("sign_up")

    def _remember_where_from(self) -> None:
        """`?behov=12&hjaelp=mentor` comes from a need's page."""
        need, kind = self.request.GET.get("behov", ""), self.request.GET.get("hjaelp", "")
        found = {"origin": f"need:{int(need)}"} if need.isdecimal() and len(need) <= 9 else {}
        if kind in HelpKind.values:
            found["kind"] = kind
        self.storage.extra_data = {**self.storage.extra_data, **found}

    def _keep_what_was_typed(self) -> None:
        """Also a step that has errors, or that was left by the back button."""
        sent = ManagementForm(self.request.POST, prefix=self.prefix)
        if not sent.is_valid() or sent.cleaned_data["current_step"] not in self.get_form_list():
            return
        step = sent.cleaned_data["current_step"]
        form = self.get_form(step=step, data=self.request.POST)
        is_done = form.is_valid()
        self.storage.current_step = step
        self.storage.set_step_data(step, _own_fields(form, self.request.POST))
        self._drafts = self._drafts - {step} if is_done else self._drafts | {step}

    @property
    def _drafts(self) -> frozenset[str]:
        return frozenset(self.storage.extra_data.get("drafts", ()))

    @_drafts.setter
    def _drafts(self, steps: frozenset[str]) -> None:
        self.storage.extra_data = {**self.storage.extra_data, "drafts": sorted(steps)}

    def _first_unfinished(self) -> str:
        """The first step that is not filled in yet; the last one if all are."""
        for step in self.steps.all:
            if self.storage.get_step_data(step) is None or step in self._drafts:
                return step
        return self.steps.last

    def _is_after(self, step: str | None, other: str) -> bool:
        return step in self.steps.all and self.steps.all.index(step) > self.steps.all.index(other)


def _own_fields(form: StepForm, sent: QueryDict) -> QueryDict:
    """What was typed into the step's own fields, and no more: never a CPR number, nor what a script adds."""
    kept = QueryDict(mutable=True)
    own = tuple(form.add_prefix(name) for name in form.fields)
    for key, values in sent.lists():
        if key.startswith(own):
            kept.setlist(key, ["" if holds_cpr(value) else value[:LONGEST] for value in values[:MOST]])
    return kept
