import collections, random
import tests.billing.test_money_machine as m
from tests.billing.money_model import Model
C = collections.Counter()
def wrap(name):
    f = getattr(Model, name)
    def g(self, *a):
        s0=(self.subscribed.state if self.subscribed else None, self.subscribed.number if self.subscribed else None, bool(self.past_due_since), self.is_suspended, self.balance)
        r=f(self,*a)
        s1=(self.subscribed.state if self.subscribed else None, self.subscribed.number if self.subscribed else None, bool(self.past_due_since), self.is_suspended, self.balance)
        if s0[0]!=s1[0]: C[f"{name}: {s0[0]}->{s1[0]}"]+=1
        elif s0[1]!=s1[1]: C[f"{name}: next period"]+=1
        if s0[3]!=s1[3]: C[f"{name}: suspended {s1[3]}"]+=1
        if s0[2]!=s1[2]: C[f"{name}: pastdue {s1[2]}"]+=1
        if name=="keep_within": pass
        return r
    setattr(Model,name,g)
for n in ("renew","remind","review","end_promised"): wrap(n)
o=m.Machine.note
def note(self, paid, state):
    b=paid.state; o(self, paid, state); C[f"payment {b}->{paid.state}"]+=1
m.Machine.note=note
def test_count(cast):
    import sys
    m.run(cast, int(__import__("os").environ.get("STEPS","2000")), seed=random.randrange(2**32))

    for k,v in sorted(C.items()): print(v,k)
from tests.cast import cast
from tests.billing.test_money_machine import _vat, pytestmark
