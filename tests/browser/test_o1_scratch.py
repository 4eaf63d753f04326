import time, statistics
from datetime import UTC, datetime, date
import pytest
from django.test import Client
from django.urls import reverse
from django.db import connection
from django.test.utils import CaptureQueriesContext
from plumbline.config.demo import build
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api
pytestmark=[pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)

def setup(scale=1, locale="zh"):
    s,p=build.plan_county(locale=locale, seed=1, scale=scale, at=AT)
    t=time.perf_counter(); build._load(Actor.system("x"), AT, s, p); print("load", time.perf_counter()-t)
    root=api.visible_units(Actor.system("x")).get(parent=None)
    u=User.objects.create_user("boss", display_name="管理员")
    api.grant_role(by=Actor.system("x"), at=AT, user=u, role="administrator", unit=root)
    return root,u

@pytest.mark.parametrize("scale",[1,10])
def test_time(scale):
    root,u=setup(scale)
    c=Client(); c.force_login(u)
    branch=api.visible_units(Actor.system("x")).filter(as_organisation__kind="branch").first()
    member=api.visible_members(Actor.system("x")).filter(organisation=branch).first()
    for name,args,q in (("units",[],""),("units",[],"?q=caizheng"),("warnings",[],""),("chart",[],""),("unit",[root.pk],""),("unit",[branch.pk],""),("members",[],""),("members",[],"?q=wang&sort=strokes"),("member",[member.pk],""),("electorate",[branch.pk],""),("electorate",[root.pk],""),("roles",[branch.pk],""),("rules",[],"")):
        url=reverse("organisation:"+name,args=args)+q
        c.get(url)
        with CaptureQueriesContext(connection) as cap: c.get(url)
        ts=[]
        for _ in range(20):
            t=time.perf_counter(); r=c.get(url); ts.append(time.perf_counter()-t); assert r.status_code==200
        print(scale, name+q, len(cap), "p50 %.0f ms p95 %.0f ms"%(statistics.median(ts)*1000, sorted(ts)[18]*1000), len(r.content)//1024,"KB")

def test_shots(browser, live_server):
    from tests.browser.conftest import Visit
    root,u=setup(1)
    branch=api.visible_units(Actor.system("x")).filter(as_organisation__kind="branch").first()
    member=api.visible_members(Actor.system("x")).filter(organisation=branch).first()
    post=api.posts_of(branch,on=date(2026,11,23))[0]
    for lang,width in (("zh-CN",1280),("en",360)):
        c=Client(); c.force_login(u)
        ctx=browser.new_context(locale=lang, viewport={"width":width,"height":900})
        ctx.add_cookies([{"name":"sessionid","value":c.cookies["sessionid"].value,"url":live_server.url}])
        page=ctx.new_page(); v=Visit(page, live_server.url)
        for name,args,q in (("units",[],""),("warnings",[],""),("chart",[],""),("unit",[root.pk],""),("unit",[branch.pk],""),("members",[],""),("member",[member.pk],""),("electorate",[branch.pk],""),("roles",[branch.pk],""),("rules",[],""),("duties",[post.id],""),("found_organisation",[],""),("split",[branch.pk],"")):
            v.open(reverse("organisation:"+name,args=args)+q)
            page.wait_for_timeout(400)
            page.screenshot(path=f"/tmp/o1/{name}-{args[0] if args else 0}-{width}.png", full_page=name not in("units","chart","electorate"))
            print(lang,width,name,"overflow",v.overflow(),"axe",v.violations()[:5])
        print(v.complaints[:10])
