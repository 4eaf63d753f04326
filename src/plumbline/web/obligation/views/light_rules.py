"""The light rule: which one holds, which held, which will, and a new one as a form of sentences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from plumbline.web.obligation.light_rule_forms import LightRuleForms

VARIANTS = {
    "periods": gettext_lazy("A month missed is yellow, a quarter missed is red"),
    "recoverable": gettext_lazy("Yellow can be made up; the second yellow costs"),
    "slips": gettext_lazy("Blue reminds, orange warns, red orders"),
}
"""The published variants by their code, as people choose them."""


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _named(one: obligation.RuleInForce) -> str:
    return one.version.name if one.version else str(VARIANTS[one.rule.code])


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rule in force as sentences, those before and after it, and the variants to begin from."""
    found = obligation.light_rules_page(_actor(request), today=clock.today())
    context = {
        "rules": [(one, _named(one), obligation.rule_sentences(one.rule)) for one in found.rules],
        "may_change": found.may_change,
        "variants": [(rule.code, VARIANTS[rule.code]) for rule in obligation.SHIPPED_LIGHT_RULES],
    }
    return render(request, "obligation/light_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a light rule, begun from a variant or from the rule in force, and let it hold from a day on."""
    actor, today = _actor(request), clock.today()
    obligation.check_change_rhythms(actor, "lights")
    now = obligation.light_rules_page(actor, today=today).now
    start = next((rule for rule in obligation.SHIPPED_LIGHT_RULES if rule.code == request.GET.get("from")), None)
    name = str(VARIANTS[start.code]) if start else _named(now)
    data = request.POST if request.method == "POST" else None
    asked = LightRuleForms(data, rule=start or now.rule, initial={"name": name, "starts_on": today})
    draft = asked.draft() if data is not None else None
    if draft is not None:
        try:
            obligation.set_light_rule(by=actor, at=clock.now(), draft=draft)
        except obligation.Refused as problem:
            asked.take(problem)
        else:
            messages.success(request, _("The light rule is set."))
            return redirect("obligation:light-rules")
    return render(request, "obligation/light_rule.html", {"asked": asked}, status=200 if data is None else 422)


@require_POST
def drop(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take away a rule that is not in force yet."""
    try:
        obligation.drop_light_rule(by=_actor(request), at=clock.now(), version_id=version_id)
    except obligation.Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The rule is taken away."))
    return redirect("obligation:light-rules")
