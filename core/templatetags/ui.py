"""The tags that pages are built with. `{% load ui %}`.

{% icon "cube" %}                                     one heroicon, inline
{% component "badge" label=_("Draft") tone="info" %}  templates/core/components/badge.html with just these names
{% wrap "panel" title=_("Open invoices") %}…{% endwrap %}   the same, with what is between as `slot`
{% panel "credit:customer_panel" customer.pk %}       another app's own view, run in process
{% field form.amount %}                               label, control, help and errors
{% url_with page=2 %}                                 this page's address with one value changed
{% live order %}                                      an attribute: fetch this part again when the order changes
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import heroicons
from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import nav, panels
from core.live import topic
from core.meter import Meter, measured

register = template.Library()
THEMES = ("light", "dark")
DENSITIES = ("compact",)
GROUPS = {"radioselect", "checkboxselectmultiple"}


@lru_cache(maxsize=512)
def _icon(name: str, css: str, label: str) -> SafeString:
    said = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    svg = heroicons._render_icon("outline", name, None, {"class": f"icon {css}".strip(), **said})
    return SafeString(svg.replace(' stroke-width="1.5"', ""))  # the package's own drawing


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon. Beside words it is silent; alone, give `label`."""
    return _icon(str(name), str(css), str(label))


def render_component(context: Context | dict[str, Any], name: str, /, **values: Any) -> SafeString:
    """Render one partial of `core/components` with the given names, the request and nothing else."""
    shared = {"request": context.get("request"), "csrf_token": context.get("csrf_token")}
    loaded: Any = get_template(f"core/components/{name}.html")
    # without the line breaks of the file, so that a comma can follow
    return SafeString(loaded.template.render(Context({**shared, **values})).strip())


@register.simple_tag(takes_context=True)
def component(context: Context, name: str, /, **values: Any) -> SafeString:
    """One component without content between its ends."""
    return render_component(context, name, **values)


class WrapNode(template.Node):
    """`{% wrap "panel" title=… %}…{% endwrap %}`."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], inside: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, inside

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        return render_component(
            context, self.name.resolve(context), slot=self.nodelist.render(context), **values
        )


@register.tag
def wrap(parser: Parser, token: Token) -> WrapNode:
    """A component around what stands between the tags."""
    words = token.split_contents()
    if len(words) < 2:
        raise template.TemplateSyntaxError("wrap needs the name of a component")
    values = token_kwargs(words[2:], parser)
    inside = parser.parse(("endwrap",))
    parser.delete_first_token()
    return WrapNode(parser.compile_filter(words[1]), values, inside)


@register.simple_tag(takes_context=True)
def panel(context: Context, url_name: str, *args: Any, **kwargs: Any) -> SafeString:
    """Another app's panel, as the person who asked for this page may see it; nothing without permission."""
    return panels.render(context["request"], url_name, *args, **kwargs)


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, **values: Any) -> SafeString:
    """A form field with its label, help and errors."""
    return render_component(context, "field", field=bound, **values)


@register.filter
def control(bound: BoundField) -> str:
    """What kind of control a field is: `checkbox`, `group` (radio, many boxes), `hidden` or `plain`."""
    kind = bound.widget_type
    return kind if kind in {"checkbox", "hidden"} else "group" if kind in GROUPS else "plain"


@register.filter
def filled(details: Any) -> list[Any]:
    """Of a record's fields (core.screens.Detail), those that say something or are being changed."""
    return [each for each in details or () if not each.is_blank and (each.form or not each.is_empty)]


@register.filter
def blank(details: Any) -> list[Any]:
    """Those that are empty and may be added."""
    return [each for each in details or () if each.is_blank]


@register.simple_tag
def meter(**values: Any) -> Meter:
    """`{% meter total=limit used=balance open=open_orders as m %}`: the parts of a bar, for component "meter"."""
    return measured(**values)


@register.simple_tag(takes_context=True)
def shell(context: Context) -> nav.Shell:
    """The targets of this person for the rail and the bottom bar."""
    return nav.shell(context["request"])


@register.simple_tag
def live(*changed: Any) -> SafeString:
    """`<div id="figures" {% live order "credit.invoice" %}>`: this part is fetched again when one of these changed."""
    names = [one if isinstance(one, str) else topic(one) for one in changed if one]
    return format_html('data-live-topic="{}"', " ".join(names)) if names else SafeString("")


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme this browser chose: light, dark, or "" to follow the system."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def density(context: Context) -> str:
    """How close rows stand in this browser: compact, or "" for comfortable."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("density", "") if request else ""
    return chosen if chosen in DENSITIES else ""


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """This page's address with some values of its query changed; None takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
