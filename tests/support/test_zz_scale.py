import time
import pytest, json, resource, warnings
from django.db import connection
from organizations.actors import Actor
from organizations.models import Organization
from support.actions.customers import apply_import, give_in
from support.directory.recreating import arrive, recreate
from support.models import Customer, CustomerPerson
from tests.cast import make_person
from tests.support.directories import example, person, written
from tests.support.making import make_level, make_product

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]

def test_scale(settings, capsys):
    settings.CONSOLE_POLICY = "percona"
    make_level("premium"); make_product("database")
    def one(n, **more):
        base = example()
        base["key"] = f"C-{n}"
        base["people"] = [person(f"a{n}@example.com", "admin", administrator=True), *(person(f"p{n}.{k}@example.com") for k in range(5))]
        base["entitlements"][0]["number"] = f"N-{n}"
        base["contacts"] = [{**base["contacts"][0], "key": f"K-{k}", **more} for k in range(3)]
        return base
    N = 10000
    def do(content, label):
        t = time.monotonic(); looked = give_in(name="a.json", content=content, by=Actor.system()); t1 = time.monotonic()
        assert looked.state == "planned", looked.plan
        apply_import(pk=looked.pk, by=Actor.system()); t2 = time.monotonic()
        print(f"\n{label}: {len(content)/1e6:.1f} MB look {t1-t:.1f}s apply {t2-t1:.1f}s rss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024} MB", file=open("/tmp/scale_pg.txt","a"))
    do(written(*(one(n) for n in range(N))), "new 10,000")
    do(written(*(one(n) for n in range(N))), "same 10,000")
    ada = make_person("a0@example.com")
    with connection.cursor() as c:
        c.execute("analyze")
    t = time.monotonic(); arrive(make_person("nobody@example.org").user, Actor.system()); t1 = time.monotonic()
    print(f"nobody {1000*(t1-t):.1f} ms", file=open("/tmp/scale_pg.txt","a"))
    t = time.monotonic(); arrive(ada.user, ada.actor()); t1 = time.monotonic()
    print(f"recreate small {1000*(t1-t):.1f} ms", file=open("/tmp/scale_pg.txt","a"))
    t = time.monotonic()
    for n in range(1, 101):
        p = make_person(f"a{n}@example.com"); arrive(p.user, p.actor())
    print(f"recreated 300 in {time.monotonic()-t:.1f}s, orgs {Organization.objects.count()}", file=open("/tmp/scale_pg.txt","a"))
    do(written(*(one(n, duty="CTO") for n in range(N))), "changed 10,000, 301 linked")
