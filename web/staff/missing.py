"""The one answer for a case that does not exist, and for one that the reader must not know of (KRN-43)."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.values.message import N_
from web.languages import reader_language
from web.rendering import in_words, page

NO_CASE = N_("There is no such case, or you may not see it. The list of cases shows those that you may.")


def missing(request: Request) -> Response:
    said = in_words(NO_CASE, reader_language(request))
    return page(request, "problem.html", {"message": said, "again": False}, 404)
