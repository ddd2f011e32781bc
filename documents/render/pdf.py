"""PDF of our own templates: archival (PDF/A-2), Chinese, and the same bytes each time from the same figures."""

import hashlib
import io
from email.message import Message

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/a-2b"
STYLESHEETS = ("css/paper.css",)
IMAGE = "image:"


class NothingFromOutside(URLFetcher):
    """Gives `data:` addresses and the pictures handed in (`image:name`); files and the network are refused."""

    def __init__(self, images):
        super().__init__(allowed_protocols=["data"], allow_redirects=False)
        self._images = images

    def fetch(self, url, headers=None):
        if not url.startswith(IMAGE):
            return super().fetch(url, headers)
        content, content_type = self._images[url.removeprefix(IMAGE)]
        told = Message()
        told["Content-Type"] = content_type
        return URLFetcherResponse(url, io.BytesIO(content), told, 200)


def render(template, context, *, images=None):
    """The PDF of a template that extends print.html, as bytes.

    `images` maps names to (content, content type); the template shows one as <img src="image:name">. `context["demo"]`
    puts 示例数据 on every page, as does the installation's own setting. Nothing is fetched: no file, no
    network. The same template, context and fonts give the same bytes, so a report can be made again and compared.
    """
    return layout(template, context, images=images).write()


def layout(template, context, *, images=None, archival=True):
    """Lay the paper out: an object that knows its pages (`len`, `places`) before it is written.

    `archival` is given up only where something that isn't ours is laid into the pages afterwards (scans.lay).
    """
    demo = settings.DEMO or bool(context.get("demo"))
    return Paper(render_to_string(template, {**context, "demo": demo}), images or {}, archival=archival)


class Paper:
    """A paper that is laid out and not written yet."""

    def __init__(self, html, images, *, archival=True):
        self._variant = VARIANT if archival else None
        # The file's identifier would otherwise come from the clock.
        digest = hashlib.sha256(html.encode())
        for name, (content, _) in sorted(images.items()):
            digest.update(name.encode() + hashlib.sha256(content).digest())
        self._identifier = digest.hexdigest()[:32].encode()
        fetcher, fonts = NothingFromOutside(images), FontConfiguration()
        styles = [CSS(string=_stylesheet(name), font_config=fonts, url_fetcher=fetcher) for name in STYLESHEETS]
        source = HTML(string=html, url_fetcher=fetcher, media_type="print")
        self._document: Document = source.render(
            font_config=fonts,
            stylesheets=styles,
            pdf_variant=self._variant,
            pdf_identifier=self._identifier,
            pdf_tags=True,
        )

    def __len__(self):
        return len(self._document.pages)

    def places(self):
        """{id of an element: its page, from 0}."""
        return {name: number for number, page in enumerate(self._document.pages) for name in page.anchors}

    def write(self):
        """The bytes of the file."""
        return self._document.write_pdf(pdf_variant=self._variant, pdf_identifier=self._identifier, pdf_tags=True)


def _stylesheet(name):
    path = finders.find(name)
    if path is None:
        path = settings.STATIC_ROOT / name
    with open(path, encoding="utf-8") as stylesheet:
        return stylesheet.read()
