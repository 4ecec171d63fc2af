"""Mail in the staff's admin."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from outbox.admin import MailAdmin
from outbox.models import Mail

HIDDEN = {"text", "html", "headers"}


@pytest.fixture
def mail_admin() -> MailAdmin:
    return MailAdmin(Mail, site)


@pytest.fixture
def staff_request(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/admin/")
    request.user = AnonymousUser()
    return request


def test_what_is_written_in_a_mail_is_never_shown(mail_admin: MailAdmin, staff_request: HttpRequest) -> None:
    shown = {*mail_admin.get_fields(staff_request), *mail_admin.get_list_display(staff_request)}
    assert not HIDDEN & shown
    assert not HIDDEN & set(mail_admin.get_search_fields(staff_request))


def test_nobody_writes_changes_or_deletes_a_mail(mail_admin: MailAdmin, staff_request: HttpRequest) -> None:
    assert not mail_admin.has_add_permission(staff_request)
    assert not mail_admin.has_change_permission(staff_request)
    assert not mail_admin.has_delete_permission(staff_request)


def test_trying_again_takes_a_permission(mail_admin: MailAdmin, staff_request: HttpRequest) -> None:
    assert not mail_admin.has_retry_permission(staff_request)
