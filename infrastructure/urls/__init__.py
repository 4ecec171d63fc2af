"""Addresses of infrastructure: a contract (PRODUCT: *Addresses*)."""

from django.urls import include, path

from infrastructure.urls.certificates import certificates
from infrastructure.urls.engines import engines
from infrastructure.urls.projects import projects
from infrastructure.urls.servers import servers

app_name = "infrastructure"

urlpatterns = [
    path(
        "o/<slug:slug>/settings/",
        include(
            [
                path("certificates/", include(certificates)),
                path("storage-engines/", include(engines)),
                path("servers/", include(servers)),
            ]
        ),
    ),
    path("o/<slug:slug>/projects/<slug:project>/", include(projects)),
]
