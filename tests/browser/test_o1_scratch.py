
import time, statistics
from datetime import UTC, datetime
import pytest
from django.test import Client
from django.urls import reverse
from plumbline.config.demo import build
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api
pytestmark=[pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
def test_shots(browser, live_server):
    from tests.browser.conftest import Visit
    s,p=build.plan_county(locale="zh", seed=1, scale=1, at=AT)
    build._load(Actor.system("x"), AT, s, p)
    root=api.visible_units(Actor.system("x")).get(parent=None)
    u=User.objects.create_user("boss", display_name="管理员")
    api.grant_role(by=Actor.system("x"), at=AT, user=u, role="administrator", unit=root)
    c=Client(); c.force_login(u)
    branch=api.visible_units(Actor.system("x")).filter(as_organisation__kind="branch").first()
    member=api.visible_members(Actor.system("x")).filter(organisation=branch).first()
    for name,args,q in (("units",[],""),("units",[],"?q=caizheng"),("warnings",[],""),("chart",[],""),("unit",[root.pk],""),("unit",[branch.pk],""),("members",[],""),("members",[],"?q=wang&sort=strokes"),("member",[member.pk],""),("electorate",[branch.pk],""),("electorate",[root.pk],""),("roles",[branch.pk],""),("rules",[],"")):
        url=reverse("organisation:"+name,args=args)+q
        c.get(url)
        ts=[]
        for _ in range(40):
            t=time.process_time(); w=time.perf_counter(); c.get(url); ts.append((time.perf_counter()-w,time.process_time()-t))
        ws=sorted(x[0] for x in ts)
        print(name+q, "wall min %.0f p50 %.0f p95 %.0f cpu min %.0f ms"%(ws[0]*1000,ws[20]*1000,ws[38]*1000, min(x[1] for x in ts)*1000))
    ctx=browser.new_context(locale="zh-CN", viewport={"width":1280,"height":900})
    ctx.add_cookies([{"name":"sessionid","value":c.cookies["sessionid"].value,"url":live_server.url}])
    page=ctx.new_page(); v=Visit(page, live_server.url)
    for name,args in (("chart",[]),("warnings",[]),("electorate",[root.pk]),("unit",[root.pk])):
        v.open(reverse("organisation:"+name,args=args)); page.wait_for_timeout(800)
        page.screenshot(path=f"/tmp/o1/new-{name}.png", full_page=name!="chart")
        print(name, v.overflow(), v.violations()[:3])
    print(v.complaints)
