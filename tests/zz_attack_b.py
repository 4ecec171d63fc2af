"""Throw-away."""
import pytest
from django.test import Client
from tests.accounts.signing import *
from tests.accounts.addressing import OLD, PAGE
from tests.accounts.factors import give_app, CHALLENGE
pytestmark = [pytest.mark.django_db]
BAD = ["a\x00@example.com", "a"*10_000, "a\r\nBcc: x@y.example", "\u202e\ufeff", "'\"<script>"]

@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_all_fields(bad) -> None:
    user = make_user(OLD); 
    c = Client(raise_request_exception=False); sign_in(c, OLD)
    failed = []
    def post(path, **d):
        r = c.post(path, d)
        if r.status_code >= 500: failed.append((path, d, r.status_code))
    def get(path, **d):
        r = c.get(path, d)
        if r.status_code >= 500: failed.append((path, d, r.status_code))
    for p in ("primary","removal","verification","new"):
        post(f"{PAGE}{p}/", email=bad)
    post("/profile/preferences/", first_name=bad, last_name=bad, salutation=bad, phone_0=bad, phone_1=bad, job_role=bad)
    post("/profile/preferences/", first_name="x", last_name="x", phone_0="FR", phone_1=bad, job_role="", salutation="")
    post("/profile/preferences/region/", language=bad, time_zone=bad)
    post("/profile/preferences/time-zone/", time_zone=bad)
    post("/profile/preferences/information/", promotions=bad)
    post("/profile/security/password/", oldpassword=bad, password1=bad, password2=bad)
    post("/profile/security/mfa/authenticator/new/", code=bad, name=bad)
    post("/profile/security/mfa/passkeys/new/", answer=bad, name=bad)
    post("/profile/security/linked-accounts/google/removal/", x=bad)
    post("/profile/preferences/deletion/", email=bad, confirmation=bad, password=bad)
    post("/profile/security/proof/google/", carried=bad, address="/"+bad)
    post("/accounts/password/strength/", password1=bad, email=bad)
    post("/cookies/choice/", choice=bad, allow=bad, next="/"+bad)
    post("/language/setlang/", language=bad, next="/"+bad)
    get("/profile/security/activity/", topic=bad, after=bad, page=bad, sort=bad)
    get("/profile/security/activity/", after=bad)
    get("/profile/security/activity/", before=bad)
    get("/accounts/terms/", next="/"+bad)
    get("/profile/security/mfa/verification/", next="/"+bad)
    # step up
    s = c.session; s["proven_at"] = 0; s.save()
    post("/profile/preferences/addresses/new/", email=bad)
    post("/profile/preferences/addresses/new/", proof=bad, carried=bad, password=bad)
    post("/profile/security/linked-accounts/google/removal/", proof="x", carried=bad)
    app = give_app(user)
    post("/profile/preferences/addresses/new/", email="x@y.example", kind=bad, method=bad, code=bad)
    post("/profile/preferences/addresses/new/", email="x@y.example", kind="authenticator", code=bad)
    post("/profile/security/mfa/authenticator/%s/name/" % app.device.pk, name=bad)
    v = Client(raise_request_exception=False)
    c = v
    post("/accounts/login/", login=bad, password=bad)
    post("/accounts/login/", login=OLD, password=bad)
    post("/accounts/signup/", email=bad, password1=bad, password2=bad)
    post("/accounts/signup/", email="new@example.com", password1=bad, password2=bad)
    post("/accounts/password/reset/", email=bad)
    post("/accounts/login/passkey/challenge/", x=bad)
    post("/accounts/login/passkey/", answer=bad)
    post("/accounts/login/passkey/", answer='{"rawId":"\\ud800"}')
    post("/accounts/login/passkey/challenge/", x=bad)
    post("/accounts/login/passkey/", answer='{"rawId":"AAAA","x":NaN}')
    sign_in(c, OLD)
    assert c.get(CHALLENGE).status_code == 200
    post(CHALLENGE, kind=bad, code=bad, method=bad)
    post(CHALLENGE, kind="authenticator", code=bad)
    post(CHALLENGE, kind="passkey", code=bad)
    post(CHALLENGE, kind="backup_codes", code=bad)
    post(CHALLENGE, kind="authenticator", code="²³¼½١٢٣٤٥٦")
    post("/accounts/login/recovery/", x=bad)
    v.cookies["browser"] = "x" * 4000
    v.cookies["cookie_choice"] = "1.20261122.a-0-1.b-%s" % ("9" * 3000)
    get("/cookies/"); get("/accounts/login/"); 
    v.cookies["cookie_choice"] = "1.00000000.a-0"
    get("/cookies/")
    v.cookies["sessionid"] = "\u0000abc"
    get("/cookies/")
    for ua in ("\x00"*10, "x"*100000, "\ud800"):
        try:
            r = v.get("/accounts/login/", HTTP_USER_AGENT=ua)
            rr = v.post("/accounts/login/", {"login": OLD, "password": "x"}, HTTP_USER_AGENT=ua)
            if max(r.status_code, rr.status_code) >= 500: failed.append(("ua", ua[:10]))
        except UnicodeError: pass
    assert not failed, "\n".join(repr(f)[:300] for f in failed)
