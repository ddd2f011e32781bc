from documents.queries import get_own_file
from documents.serving import serve
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.HOME)
def file(request, pk):
    """A file that the member uploaded; everything else is reached through the row that it hangs on."""
    return serve(get_own_file(request.member, pk))


@page(Permission.HOME)
def thumbnail(request, pk):
    """The small picture of a file that the member uploaded."""
    return serve(get_own_file(request.member, pk), small=True)
