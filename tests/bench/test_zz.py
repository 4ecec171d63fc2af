import pytest, brotli
from pathlib import Path
from tests.bench.test_page_weight import *
pytestmark=pytest.mark.django_db
def test_w(fifty):
    r=fifty.olivia.client.get("/o/acme/members/", headers={"accept-encoding":"br"})
    print("HDR", sum(len(k)+len(v)+4 for k,v in r.headers.items()), len(r.content))
    for k,v in r.headers.items(): print("H",k,":",v)
    h=fifty.olivia.client.get("/o/acme/members/").content
    Path("/tmp/m.html").write_bytes(h)
