import json, time, hmac, hashlib
import pytest
from datetime import timedelta
from django.utils import timezone
from billing.models import *
from billing.models import RefusedEvent, GatewayEvent, Invoice, InvoiceLine, Payment
from billing.pdf import draw
from tests.access.billing_walk import Place, visits
from tests.api.keying import program_of
from tests.billing.making import *
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OUT = open("/tmp/fuzz_out.txt", "w", buffering=1)
def say(*a): print(*a, file=OUT)
NASTY = ["\x00", "a\x00b", "１２", "9"*100, "9"*30+".55", "-1", "1e5", "NaN", "\u202e", "2026-13", "0000-00", "9999-12", "٢٠٢٦-٠١", "//evil.example", "/\\evil.example", "javascript:alert(1)", "%0d%0aX: y", "😀", "'; drop", "../..", "=1+1", "0"*500, "2026-01-01", "9999-12-31", "0001-01-01", "[]", "{}"]
PARAMS = ["q","month","project","reason","from","to","sort","after","before","page","year","kind","amount","next","plan","interval","state","seen","returned","cursor","desc"]

def test_z_get(cast, client):
    place = Place.of(cast.acme)
    fund(cast.acme, 5000)
    c = cast.bella.client; c.raise_request_exception = False
    paths = sorted({v.path for v in visits(place)})
    say(len(paths), paths[:60])
    n=0
    for p in paths:
        for name in ("q","month","amount","year","plan","from","sort","after","before"):
            for v in ["\x00", "１２", "9"*100, "9"*12, "9999-12", "9999-12-31", "2026-00"]:
                if name not in ("q","month","amount","next","year","plan","interval","project","from","to","sort","after","before") : continue
                n+=1
                if not p.endswith(("payments/","funds/","usage/","invoices/","export/","payments/new/","change/","plan/")): continue
                r = c.get(p, {name: v})
                if r.status_code >= 500: say("GET 500", p, name, repr(v)[:40], r.status_code)
                if r.status_code in (301,302) and "evil" in r.get("Location",""): say("REDIR", p, name, v, r["Location"])
    for num in ["%00", "a%00b", "９", "2026-000001%00", "%F0%9F%98%80", "x"*300, "..", "%2e%2e"]:
        for u in (f"/o/acme/billing/invoices/{num}/", f"/o/acme/billing/invoices/{num}/pdf/"):
            r = c.get(u)
            if r.status_code >= 500: say("INV 500", u, r.status_code)
    for y in ["0","99999999999","99999999999999999999999","2026"]:
        r = c.get(f"/o/acme/billing/invoices/archive/{y}/")
        if r.status_code >= 500: say("ARCH 500", y)
    prog = program_of(cast.bella, cast.acme)
    for num in ["%00","a%00b","x"*300]:
        try:
            r = prog.send("GET", f"/billing/invoices/{num}", {})
            if r.status_code>=500: say("API 500", num, r.status_code)
        except Exception as e: say("API EXC", num, type(e).__name__, str(e)[:100])
    for body in [{"amount":"５0"},{"amount":"1e3"},{"amount":50.5},{"amount":-5},{"amount":"50","currency":"eur"},{"amount":"50","currency":"\x00"},{"amount":"9"*40},{"amount":"50","method_id":"\x00"},{"amount":True},{"amount":None},{"amount":["50"]}]:
        try:
            r = prog.send("POST", "/billing/payments", body); say("API pay", body if len(str(body))<60 else "long", r.status_code)
        except Exception as e: say("API EXC", body, type(e).__name__, str(e)[:200])
    for body in [{"plan":"\x00","interval":"month","amount":"0"},{"plan":"team","interval":"month","amount":"0.001"}]:
        try:
            r = prog.send("POST", "/billing/plan/change", body); say("API plan", body, r.status_code)
        except Exception as e: say("API EXC", body, type(e).__name__, str(e)[:200])

def test_pdf(cast):
    import cProfile, pstats, io
    acme = cast.acme
    for text, n in [("مرحبا "*10, 300), ("データベース "*8, 300), ("database "*7, 300)]:
        i = make_invoice(acme)
        InvoiceLine.objects.bulk_create([InvoiceLine(invoice=i, position=k, title=(text+str(k))[:200], detail=text[:60], quantity=1, unit="h", unit_price="1.0000", net=100, vat=20, rate="20.00") for k in range(1,n)])
        pr = cProfile.Profile(); t=time.monotonic(); pr.enable(); d = draw(i); pr.disable()
        say("pdf", repr(text[:10]), n, len(d), round(time.monotonic()-t,2))
        b = io.StringIO(); pstats.Stats(pr, stream=b).sort_stats("cumulative").print_stats(22); say(b.getvalue()[:4000])
