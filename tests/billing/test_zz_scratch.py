import time_machine, pypdfium2
from datetime import timedelta
from tests.billing.invoicing import *
from billing.pdf import draw
from billing.actions.invoices import *
from billing.models import Account
def shot(content, name):
    doc=pypdfium2.PdfDocument(content)
    for i,page in enumerate(doc):
        page.render(scale=1.3).to_pil().save(f'/tmp/inv/{name}-{i}.png')
    open(f'/tmp/inv/{name}.pdf','wb').write(content)
def test_scratch(cast, settings):
    sell(settings)
    write_details(cast.acme,'FR',company='Acme Robotics SARL',street_address='1 rue Émile Zola\nBâtiment B',postal_code='69002',city='Lyon',vat_number='FR83404833048')
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.acme); run(cast.acme, 744); run(cast.acme, 12, '0.0001', 'cache')
        Account.objects.filter(pk=cast.acme.pk).update(purchase_order='PO-2026-77')
    with time_machine.travel(IN_APRIL, tick=False):
        inv=issue(cast.acme)
    print(inv, inv.net, inv.vat, inv.owed, inv.buyer, inv.seller, inv.notes)
    c=draw(inv); assert c==draw(inv)
    shot(c,'fr1'); print(pages_of(c)[0])
    with time_machine.travel(IN_APRIL, tick=False):
        cr=issue_credit_note(invoice=inv, note='Outage on 3 March', amount=1000, by=Actor.system())
    shot(draw(cr),'credit')
    # rival: long, german reverse charge, many lines, french
    Account.objects.get_or_create(pk=cast.rival.pk, defaults=dict(organization=cast.rival,currency='EUR'))
    Account.objects.filter(pk=cast.rival.pk).update(language='fr')
    write_details(cast.rival,'DE',company='東京株式会社 & العربية עברית Żółć Ωμέγα Привет Gesellschaft für außergewöhnlich lange Namen mbH',street_address='Unter den Linden 1',postal_code='10117',city='Berlin',vat_number='DE136695976')
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(cast.rival, 123456)
        for i in range(120): run(cast.rival, 700+i, '1.2345', f'service-{i}', project_name='A rather long project name that wraps' if i%7==0 else 'Site')
    with time_machine.travel(IN_APRIL, tick=False):
        inv=issue(cast.rival)
    import time; t=time.perf_counter(); c=draw(inv); print('draw', time.perf_counter()-t, len(c))
    shot(c,'de120'); print(pages_of(c)[-1])
    from outbox.models import Mail
    for m in Mail.objects.filter(kind__in=['invoice','credit-note']): print(m.to,m.subject,m.attached,m.text)
