"""What leaves the server is small: files compressed at set-up, pages compressed on their way."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Response, request
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

YEAR = 365 * 24 * 3600
FOR_EVER = f"max-age={YEAR}, public, immutable"
ASK_AGAIN = "no-cache"

PACKED = Path(__file__).resolve().parents[2] / "build/packed"
"""Where tools/frontend.py lays compressed files, named by the fingerprint of what they hold."""

TYPES = {
    "text/html",
    "text/plain",
    "text/css",
    "text/calendar",
    "text/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
}
TOO_SMALL = 600
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Flask) -> None:
    """Serve the files and compress the pages. Call it first: what is packed cannot be changed."""
    app.after_request(_pack)
    files = Files(app)
    app.wsgi_app = files  # type: ignore[method-assign] # the customary place of middleware

    @app.url_defaults
    def _fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        mark = files.mark(values.get("filename", "")) if endpoint == "static" else ""
        if mark:
            values["v"] = mark


def fingerprint(body: bytes) -> str:
    """The mark that tells this content from any other."""
    return hashlib.sha256(body).hexdigest()[:10]


class Files(WhiteNoise):
    """Static files. Under an address with their fingerprint browsers keep them for a year."""

    def __init__(self, app: Flask) -> None:
        self.folder = Path(str(app.static_folder))
        self.marks: dict[str, str] = {}
        super().__init__(
            app.wsgi_app,
            root=self.folder,
            prefix="static/",
            autorefresh=app.debug,
            allow_all_origins=False,
        )

    def mark(self, name: str) -> str:
        """The fingerprint of the file ``name``, or nothing when there is no such file."""
        if self.autorefresh or name not in self.marks:
            path = self.folder / name
            known = bool(name) and path.is_file()
            self.marks[name] = fingerprint(path.read_bytes()) if known else ""
        return self.marks[name]

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """The file with its headers and, where set-up has made them, its compressed forms."""
        mark = self.mark(str(Path(path).relative_to(self.folder)))
        headers = {"Cache-Control": FOR_EVER, "ETag": f'"{mark}"', **FILE_HEADERS}
        kind = self.media_types.get_type(path)
        headers["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        packed = {"br": str(PACKED / f"{mark}.br"), "gzip": str(PACKED / f"{mark}.gz")}
        return StaticFile(path, list(headers.items()), encodings=packed)

    def serve(
        self, static_file: Any, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Any:
        """Answer; an address without the right fingerprint must not be kept."""
        mark = static_file.etag.strip('"')
        if environ.get("QUERY_STRING") == f"v={mark}":
            return super().serve(static_file, environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            changed = [
                (key, ASK_AGAIN if key == "Cache-Control" else held) for key, held in headers
            ]
            return start_response(status, changed, *rest)

        return super().serve(static_file, environ, start)


def _pack(response: Response) -> Response:
    """Compress an answer for browsers that read it."""
    if response.mimetype not in TYPES or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if (
        "Content-Encoding" in response.headers
        or (response.content_length or 0) < TOO_SMALL
        or _asked_from_elsewhere()
    ):
        return response
    if request.accept_encodings["br"] > 0:
        response.set_data(brotli.compress(response.get_data(), quality=BROTLI_QUALITY))
        response.content_encoding = "br"
    elif request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), GZIP_LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response


def _asked_from_elsewhere() -> bool:
    """Whether a foreign page makes the browser ask.

    It could mix its guesses into a page and read from the length whether they are in it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    came_from = request.headers.get("Referer", request.host_url)
    return not came_from.startswith(request.host_url)
