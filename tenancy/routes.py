"""The addresses of a tenant and what each of them asks for, read from the resolver: for docs/roles.md and for the tests."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver


@dataclass(frozen=True)
class Route:
    """One address below /<tenant>/: its name, its pattern, its view's methods and permission (None if unclassified)."""

    name: str
    pattern: str
    methods: tuple
    permission: object
    parameters: tuple


def tenant_routes():
    """Every route that has a tenant in its address, in the order of the resolver."""
    return [route for route in _walk(get_resolver().url_patterns, "", "", {}) if "tenant" in route.parameters]


def _walk(patterns, prefix, namespace, converters):
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        known = converters | entry.pattern.converters
        if isinstance(entry, URLPattern):
            view = entry.callback
            name = f"{namespace}:{entry.name}" if namespace else entry.name
            yield Route(
                name, pattern, tuple(getattr(view, "methods", ())), getattr(view, "permission", None), tuple(known)
            )
        else:
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from _walk(entry.url_patterns, pattern, inner, known)
