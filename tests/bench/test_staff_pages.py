"""What staff see of infrastructure costs the same number of queries however much hangs on it."""

import pytest

from infrastructure.models import Certificate, CertificateUse, StorageEngine
from tests.bench.test_list_queries import queries
from tests.cast import Cast, make_person
from tests.infrastructure.making import link, make_certificate, make_engine
from tests.organizations.asking import verified_domain
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db


def test_pages_of_one_row_take_as_many_for_five_that_use_it_as_for_one(cast: Cast) -> None:
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    engine, certificate = make_engine(cast.acme), make_certificate(cast.acme)

    def use(number: int) -> None:
        link(make_project(cast.acme, slug=f"project-{number}"), engine)
        CertificateUse.objects.create(
            certificate=certificate, domain=verified_domain(cast.acme, f"{number}.example.com")
        )

    def taken() -> list[int]:
        pages = {StorageEngine: engine, Certificate: certificate}
        names = {model._meta.model_name: row.pk for model, row in pages.items()}
        return [queries(staff, f"/admin/infrastructure/{name}/{pk}/change/") for name, pk in names.items()]

    use(0)
    with_one = taken()
    for number in range(1, 5):
        use(number)
    assert taken() == with_one
