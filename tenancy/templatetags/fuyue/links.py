"""Links inside the tenant, and links that keep the list's filters."""

from django.urls import reverse

from tenancy.templatetags.fuyue.library import register


@register.simple_tag(takes_context=True)
def turl(context, name, *args, **kwargs):
    """{% turl "contracts:contract" pk=contract.pk %}: the address of a page of the current tenant."""
    kwargs["tenant"] = context["tenant"].slug
    return reverse(name, args=args or None, kwargs=kwargs)


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """{% query page=2 %}: the current query string with some values changed; None or "" takes one out."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = value
    return f"?{parameters.urlencode()}"
