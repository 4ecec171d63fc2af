import time
import pytest
from tests.e2e import inspection
from axe_playwright_python.sync_playwright import Axe
pytestmark=[pytest.mark.e2e,pytest.mark.browser,pytest.mark.django_db]
def test_it(cast, signed_in):
    page = signed_in(cast.olivia, viewport={"width":1280,"height":900}, reduced_motion="reduce")
    import os
    def t(name,f,n=6):
        b=time.time(); c=os.times()
        for _ in range(n): f()
        d=os.times()
        print(f"{name}: wall {(time.time()-b)/n:.3f} self {(d.user+d.system-c.user-c.system)/n:.3f}")
    for path in ["/o/acme/members/","/profile/preferences/"]:
        print(path)
        t("goto",lambda: page.goto(path))
        t("init",lambda: page.evaluate("window.zzz=1;//"+"x"*550000))
        A=Axe(); A.run(page,"main",inspection.AXE)
        t("axe()",lambda: Axe())
        t("run main",lambda: A.run(page,"main",inspection.AXE))
        t("run all",lambda: A.run(page,None,inspection.AXE))
        t("js only main",lambda: page.evaluate("axe.run('main',{preload:false,resultTypes:['violations']}).then(r=>r.violations.length)"))
        t("js no contrast",lambda: page.evaluate("axe.run('main',{preload:false,resultTypes:['violations'],rules:{'color-contrast':{enabled:false}}}).then(r=>r.violations.length)"))
        t("js noframes",lambda: page.evaluate("axe.run('main',{preload:false,iframes:false,resultTypes:['violations'],performanceTimer:false}).then(r=>r.violations.length)"))
        print(page.evaluate("""async()=>{const out=[];for(const r of axe.getRules()){const b=performance.now();await axe.run('main',{preload:false,runOnly:{type:'rule',values:[r.ruleId]}});out.push([Math.round(performance.now()-b),r.ruleId])};out.sort((a,b)=>b[0]-a[0]);return JSON.stringify(out.slice(0,25).concat(out.slice(-3)))}"""))
        print(page.evaluate("document.querySelectorAll('*').length"), page.evaluate("document.querySelectorAll('main *').length"))
    print(len(A.axe_script) if hasattr(A,'axe_script') else vars(A).keys())
