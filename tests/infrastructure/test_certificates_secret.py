"""The private key is nowhere: on no page, in no answer, mail, event, export, log, or report of an error."""

import logging
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.views.debug import ExceptionReporter

from audit.models import Event
from infrastructure.models import Certificate
from outbox.models import Mail
from tests.api.keying import program_of
from tests.cast import Cast, make_person
from tests.infrastructure.authorities import Signer, ec_key, pem_of, text_of
from tests.infrastructure.making import make_domain

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/settings/certificates/"
KEY = pem_of(ec_key("leaf"))
# Each of its lines would be too much.
SECRET = KEY.splitlines()[1]


def test_it_is_on_no_page_and_in_no_answer(cast: Cast, known: Signer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    domain = make_domain(cast.acme, "example.com")
    pem = {"certificate": text_of(known.give("example.com")), "chain": text_of(known.certificate), "key": KEY}
    client = cast.olivia.client
    answers: list[Any] = [client.post(f"{PAGE}new/", {**pem, "name": "Shop"}, follow=True)]
    certificate = Certificate.objects.get()
    pages = [PAGE, *(f"{PAGE}{certificate.pk}/{below}" for below in ("", "chain/", "renewal/", "removal/"))]
    answers += [client.get(page) for page in pages]
    # The same certificate once more is refused, and the form comes back.
    answers += [client.post(page, pem) for page in (f"{PAGE}new/", f"{PAGE}{certificate.pk}/renewal/")]
    answers.append(client.post(f"{PAGE}{certificate.pk}/uses/", {"domains": [str(domain.pk)]}, follow=True))
    program = program_of(cast.olivia, cast.acme)
    answers += [program.get(path) for path in ("/certificates", f"/certificates/{certificate.pk}")]
    answers.append(program.get(f"/certificates/{certificate.pk}/chain"))
    answers += [
        program.post("/certificates", body) for body in (pem, {**pem, "certificate": KEY}, {**pem, "key": [KEY]})
    ]
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    for name, arguments in (("changelist", []), ("change", [certificate.pk])):
        page = reverse(f"admin:infrastructure_certificate_{name}", args=arguments)
        answers.append(stella.client.get(page, {"q": certificate.fingerprint}))
    assert all(answer.status_code in {200, 409, 422} for answer in answers)
    seen = b"".join(bytes(answer.content) for answer in answers).decode()
    assert "example.com" in seen
    written = [*Event.objects.values_list("before", "after"), *Mail.objects.values_list("text", "html")]
    for place in (seen, caplog.text, str(written), certificate.sealed_key):
        assert SECRET not in place
        assert "BEGIN PRIVATE KEY" not in place


def test_the_report_of_an_error_while_it_is_read_does_not_hold_it(cast: Cast, known: Signer) -> None:
    """The report is what a monitoring service or a mail to the operator would get, with all local variables."""
    reports: list[str] = []

    class Monitor(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                reporter = ExceptionReporter(getattr(record, "request", None), *record.exc_info)
                reports.append(reporter.get_traceback_html() + reporter.get_traceback_text())

    pem = {"certificate": text_of(known.give("example.com")), "chain": text_of(known.certificate), "key": KEY}
    closed = {**pem, "key": pem_of(ec_key("leaf"), "s3cret"), "password": "s3cret"}
    client, program = cast.theo.client, program_of(cast.theo, cast.acme)
    client.raise_request_exception = program.client.raise_request_exception = False
    log, monitor = logging.getLogger("django.request"), Monitor()
    log.addHandler(monitor)
    try:
        for place in ("material.reading.check_leaf", "material.opening.subprocess.run", "actions.certificates.record"):
            with patch(f"infrastructure.{place}", side_effect=RuntimeError("a bug")):
                for form in (pem, closed):
                    client.post(f"{PAGE}new/", form)
                    program.post("/certificates", form)
                    Certificate.objects.all().delete()
    finally:
        log.removeHandler(monitor)
    # Two forms on a page and to the API; the middle one only where there is a password.
    assert len(reports) == 10
    for report in reports:
        assert "a bug" in report
        for secret in (SECRET, closed["key"].splitlines()[1], "s3cret"):
            assert secret not in report
