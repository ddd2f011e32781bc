"""Sending a stored file. The one way out for every app that owns a link to a file.

A file has no address of its own: the app whose row points to it (a record's evidence, a case's paper, an invoice) decides
in its access functions who may see that row, and then calls serve(). The only address by file id alone,
documents:file, is for the person who uploaded it: a preview before the file hangs on anything.
"""

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse

# What a browser may show by itself; everything else is only ever downloaded.
SHOWN = {"image/jpeg", "image/png"}


def serve(stored, *, small=False):
    """The response with a file's content; `small` asks for the thumbnail of a picture (404 when there is none).

    Pictures are shown, everything else is downloaded; nothing in it may run. With FILES_ACCEL set (the internal address
    under which the proxy reaches the storage) the proxy sends the content itself.
    """
    path = stored.thumbnail_path if small else stored.path
    if not path:
        raise Http404
    content_type = "image/jpeg" if small else stored.content_type
    if settings.FILES_ACCEL:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.FILES_ACCEL.rstrip('/')}/{quote(path)}"
    else:
        response = FileResponse(_opened(path), content_type=content_type)
    response["Content-Disposition"] = _disposition(stored.name, shown=content_type in SHOWN)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def show_pdf(content, name):
    """The response with a PDF that was made for one reader now: shown by the browser, kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _opened(path):
    try:
        return default_storage.open(path, "rb")
    except FileNotFoundError as error:
        raise Http404 from error


def _disposition(name, *, shown):
    """RFC 6266: an ASCII stand-in for old browsers, and the real name in UTF-8."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
    return f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
