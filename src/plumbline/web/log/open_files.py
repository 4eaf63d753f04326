"""Files that anyone may copy and keep: no cookie, no language, no account has a part in them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=2"


class OpenFilesMiddleware:
    """Takes from the answers of :func:`open_file` what sessions, language and account have added, so that caches share them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; stands outside the session."""
        response = self.get_response(request)
        if getattr(response, "is_open_file", False):
            response.cookies.clear()
            for name in ("Content-Language", "Vary"):
                response.headers.pop(name, None)
            if response.headers.get("Content-Encoding"):
                response["Vary"] = "Accept-Encoding"
        return response


def open_file(content: bytes | str, content_type: str, keep: str, status: int = 200) -> HttpResponse:
    """Return an answer that is the same for everyone and that any page on the web may read."""
    response = HttpResponse(content, content_type=content_type, status=status)
    response["Cache-Control"] = keep
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.is_open_file = True  # type: ignore[attr-defined]
    return response


def not_there(words: str) -> HttpResponse:
    """Return that there is no such file; it may be there a moment later."""
    return open_file(f"{words}\n", "text/plain; charset=utf-8", FOR_A_MOMENT, status=404)
