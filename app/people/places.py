"""Where to go after signing in: only addresses of this house are believed."""

import re
from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri

# One slash and then anything a browser does not read as another host: it drops tabs and turns \ into /.
OWN = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,1000}")
DOORS = ("/login", "/logout", "/password")

# Where the work of a role begins; the first that fits.
HOMES = (
    ("/desk", {"clerk", "agent", "guide"}),
    ("/office", {"case_officer", "reviewer", "approver", "mediator"}),
    ("/oversight", {"supervisor"}),
    ("/admin", {"org_admin"}),
)


def own_path(address: str | None, host: str = "") -> str | None:
    """The path and query of an address of ours; None for anything else. `host` as in request.host."""
    if not address:
        return None
    if host and address.startswith(("http://", "https://")):
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.netloc != host:
            return None
        address = parts._replace(scheme="", netloc="", fragment="").geturl()
    if not OWN.fullmatch(address) or address.split("?")[0].rstrip("/") in DOORS:
        return None
    return iri_to_uri(address)


def home_of(roles) -> str:
    """The first page of somebody with these roles."""
    held = set(roles)
    return next((path for path, of in HOMES if held & of), "/desk")
