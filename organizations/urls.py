"""Addresses of organizations: a contract (PRODUCT: *Addresses*)."""

from django.urls import include, path

from organizations.views import invitation, invitations, members, organizations, start

app_name = "organizations"

context = [
    path("", organizations.overview, name="overview"),
    path("leaving/", organizations.leave, name="leave"),
    path("members/", members.index, name="members"),
    path("members/<uuid:pk>/role/", members.role, name="member_role"),
    path("members/<uuid:pk>/removal/", members.removal, name="member_removal"),
    path("members/invitations/", invitations.index, name="invitations"),
    path("members/invitations/new/", invitations.create, name="invitation_new"),
    path("members/invitations/<uuid:pk>/", invitations.detail, name="invitation_detail"),
    path("members/invitations/<uuid:pk>/sending/", invitations.resend, name="invitation_resend"),
    path("members/invitations/<uuid:pk>/revocation/", invitations.revoke, name="invitation_revoke"),
    path("settings/", organizations.settings, name="settings"),
]

urlpatterns = [
    path("", start.home, name="home"),
    path("getting-started/", start.getting_started, name="getting-started"),
    path("organizations/new/", organizations.create, name="new"),
    path("profile/organizations/", organizations.mine, name="mine"),
    path("invitations/<str:token>/", invitation.show, name="invitation"),
    path("invitations/<str:token>/acceptance/", invitation.accept, name="invitation_accept"),
    path("invitations/<str:token>/declination/", invitation.decline, name="invitation_decline"),
    path("invitations/<str:token>/renewal/", invitation.renewal, name="invitation_renewal"),
    path("invitations/<str:token>/address/", invitation.address, name="invitation_address"),
    path("o/<slug:slug>/", include(context)),
]
