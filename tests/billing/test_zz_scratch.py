import time, tracemalloc, io
from datetime import datetime, UTC, date
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.billing.invoicing import *
from tests.cast import make_person
from billing.actions.invoices import issue_due
from billing.actions.invoices import issuing
from tests.billing.making import make_invoice
def test_scale(cast, settings, monkeypatch):
    sell(settings)
    n=200
    with time_machine.travel(IN_MARCH, tick=False):
        for i in range(n):
            o=make_person(f"p{i}@example.com").user.personal_account
            subscribe(o)
    with time_machine.travel(IN_APRIL, tick=False):
        with CaptureQueriesContext(connection) as c:
            t=time.perf_counter(); done=issue_due(); t=time.perf_counter()-t
    print('issued',done,'in',round(t,2),'queries',len(c), len(c)/n)
    from collections import Counter
    print(Counter(q['sql'][:60] for q in c.captured_queries).most_common(28))
def test_zip(cast, settings):
    sell(settings)
    for i in range(300):
        make_invoice(cast.acme, year=2025, month=date(1950+i//12, i%12+1, 1))
    r=cast.olivia.client.get('/o/acme/billing/invoices/archive/2025/')
    tracemalloc.start(); t=time.perf_counter(); total=0; biggest=0
    for ch in r.streaming_content:
        total+=len(ch); biggest=max(biggest,len(ch))
    print('zip',total,'biggest',biggest,'peak MB',tracemalloc.get_traced_memory()[1]/1e6,'s',time.perf_counter()-t)
