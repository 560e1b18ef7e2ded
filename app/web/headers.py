"""Nothing inline, nothing from elsewhere, nothing left behind in a shared browser."""

from contextlib import suppress
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "report-uri /csp-report",
    )
)
OUR_FRAMES = {  # for a sheet that a page of ours sends to the printer in a frame
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    "X-Frame-Options": "SAMEORIGIN",
}
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
WITH_CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")  # for the page with the document camera
A_YEAR = 31_536_000


def printable(pdf: bytes, name: str) -> Response:
    """A PDF to look at, and for our own pages to send to the printer; `name` with its ending, any characters."""
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}", **OUR_FRAMES}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def init_app(app: Flask) -> None:
    if proxies := app.config["TRUSTED_PROXIES"]:  # a caller's address is believed only from a named number of proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
    headers, hosts = dict(HEADERS), set(app.config["ALLOWED_HOSTS"])

    @app.before_request
    def only_by_our_names():
        """A host that is not ours may end up in a link, or in the cache of somebody in between."""
        if hosts and _host() not in hosts:
            abort(400)

    if app.config.get("SESSION_COOKIE_SECURE"):
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"

    @app.after_request
    def harden(response):
        """A page may say something stricter or other first; what it does not say is said here."""
        said = {name.lower() for name, _value in response.headers}
        response.headers.extend([(name, value) for name, value in headers.items() if name.lower() not in said])
        if _is_static():
            # An address that carries the content's mark never changes its content.
            kept = f"public, max-age={A_YEAR}, immutable" if "v" in request.args else "public, no-cache"
            response.headers["Cache-Control"] = kept
        else:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("HX-Request")
        return response


def _host() -> str:
    with suppress(ValueError):  # an address in brackets that is none
        return urlsplit(f"//{request.host}").hostname or ""
    return ""


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"
