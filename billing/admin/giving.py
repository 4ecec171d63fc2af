"""Pages of the admin with a form that an action is run with."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from console.forms import ActionForm
from console.staff import ReadOnlyAdmin
from organizations.admin.people import staff_actor


def form_page[M: Model](
    of: ReadOnlyAdmin[M],
    request: HttpRequest,
    form: ActionForm,
    action: Callable[..., object],
    *,
    title: str,
    done: str,
    back: str,
    **arguments: Any,
) -> HttpResponse:
    """A page with a form: once it is filled in, the ``action`` is called with it and these ``arguments``.

    ``title`` and ``done``: what is asked, and what is said once it was done; ``back``: where that is shown. Only for
    who may press the buttons of ``of``.
    """
    if not of.has_act_permission(request):
        raise PermissionDenied
    if form.run(action, by=staff_actor(request), **arguments) is not None:
        messages.success(request, done)
        return redirect(back)
    context = {**of.admin_site.each_context(request), "title": title, "opts": of.opts, "form": form, "back": back}
    return TemplateResponse(request, "billing/staff_form.html", context)
