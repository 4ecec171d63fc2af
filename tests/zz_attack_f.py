"""Races, PostgreSQL."""
import threading
import pytest
from django.db import connection
from django.test import Client
from accounts.models import *
from accounts.models.authenticator import code_at, step_now
from tests.accounts.factors import *
from tests.accounts.signing import *
from tests.accounts.addressing import *
from tests.reading import *
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

def at_once(*calls):
    out = [None] * len(calls); barrier = threading.Barrier(len(calls))
    def run(i, call):
        barrier.wait()
        try: out[i] = call().status_code
        except Exception as e: out[i] = repr(e)[:300]
        finally: connection.close()
    ts = [threading.Thread(target=run, args=(i, c)) for i, c in enumerate(calls)]
    [t.start() for t in ts]; [t.join() for t in ts]
    return out

def clone(c):
    n = Client(raise_request_exception=False); n.cookies = c.cookies.copy(); return n

@pytest.mark.parametrize("n", range(6))
def test_mix(n) -> None:
    vera = make_user(OLD); me = Client(raise_request_exception=False); sign_in(me, OLD)
    add_verified(me, NEW)
    page = me.get("/profile/preferences/deletion/")
    def fields():
        import re
        return {}
    a, b, c, d, e = (clone(me) for _ in range(5))
    out = at_once(lambda: a.post(f"{PAGE}primary/", {"email": NEW}), lambda: b.post(f"{PAGE}removal/", {"email": NEW}),
        lambda: c.post("/profile/preferences/data/new/"), lambda: d.post("/profile/preferences/deletion/", {"confirmation": OLD, "email": OLD, "confirm": "on"}),
        lambda: e.post("/profile/security/password/", {"oldpassword": PASSWORD, "password1": CHOSEN, "password2": CHOSEN}))
    print(out, User.objects.count(), list(User.objects.values_list("email", flat=True)), list(EmailAddress.objects.values_list("email", "primary", "verified")))
    assert not [o for o in out if not isinstance(o, int) or o >= 500], out
    for u in User.objects.all():
        assert EmailAddress.objects.get(user=u, primary=True).email == u.email

@pytest.mark.parametrize("n", range(4))
def test_first_app_twice(n) -> None:
    vera = make_user(OLD); me = Client(); sign_in(me, OLD)
    page = me.get("/profile/security/mfa/authenticator/new/")
    import re
    secret = re.search(r"\b((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\b", words(page)).group(1).replace(" ", "")
    code = code_at(step_now(), secret)
    cs = [clone(me) for _ in range(5)]
    out = at_once(*[lambda c=c: c.post("/profile/security/mfa/authenticator/new/", {"code": code, "name": "x"}) for c in cs])
    print(out, Authenticator.objects.count(), BackupCodes.objects.count())
    assert not [o for o in out if not isinstance(o, int) or o >= 500], out
    assert Authenticator.objects.count() == 1
    codes = [m for c in cs for m in re.findall(r"\b[2-9a-z]{5}-[2-9a-z]{5}\b", words(c.get("/profile/security/mfa/backup-codes/")))]
    print(len(codes))

@pytest.mark.parametrize("n", range(4))
def test_two_moves_to_each_other(n) -> None:
    a = make_user(OLD); b = make_user(NEW)
    ca, cb = Client(raise_request_exception=False), Client(raise_request_exception=False); sign_in(ca, OLD); sign_in(cb, NEW)
    for c in (ca, cb):
        c.post(f"{PAGE}new/", {"email": THIRD})
    from outbox.models import Mail
    links = [link_in(m) for m in mails_to(THIRD, "verification")]
    out = at_once(lambda: ca.post(links[0]), lambda: cb.post(links[-1]))
    out2 = at_once(lambda: clone(ca).post(f"{PAGE}primary/", {"email": THIRD}), lambda: clone(cb).post(f"{PAGE}primary/", {"email": THIRD}))
    print(out, out2, list(User.objects.values_list("email", flat=True)))
    assert not [o for o in out+out2 if not isinstance(o, int) or o >= 500], (out, out2)
    assert EmailAddress.objects.filter(email=THIRD, verified=True).count() == 1
