"""From frozen facts to the HTML of a sheet. Escapes everything; knows nothing of requests or the database."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.documents.codes import barcode, qr
from app.documents.kinds import BIG, KINDS, NORMAL, SLIP

HOUSE = Path(__file__).parents[2]
NAME, LINE, HALF = 25, 40, 8  # characters of a material's name and of a text on a line of half a page; its lines
STYLE = HOUSE / "static" / "print.css"


@cache
def _shelf() -> Environment:
    """Apart from the pages' templates: no request, no user, no translation reaches an official text."""
    shelf = Environment(
        loader=FileSystemLoader(HOUSE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shelf.globals |= {"spaced": spaced, "takes_a_sheet": takes_a_sheet}
    shelf.globals["parts"] = shelf.get_template("documents/_parts.html").module
    return shelf


def spaced(word: str) -> Markup | str:
    """A short title is set wide, as on official paper."""
    return "\u2003".join(word) if len(word) <= 4 else word


def to_html(facts: dict, base_url: str, variant: str = NORMAL) -> str:
    """The sheet of a document in one of its kind's variants. `base_url` is where its QR code leads: to the result's check, or to the case's status."""
    row = KINDS[facts["kind"]]
    bare = {key: facts[key].replace("-", "") for key in ("verify_code", "status_code")}
    template = row.slip if variant == SLIP else row.template
    return _shelf().get_template(template).render(
        f=facts,
        kind=row,
        barcode=barcode,
        verify=qr(f"{base_url}/verify/{bare['verify_code']}") if row.result else "",
        status=qr(f"{base_url}/status/{bare['status_code']}") if row.resident and bare["status_code"] else "",
        base_url=base_url,
        big=variant == BIG,
    )


def takes_a_sheet(facts: dict) -> bool:
    """Of a receipt: more than half a page of A4 can carry, the list of materials line by line and what else may be long."""
    rows = sum(1 + len(one["name"]) // NAME for one in facts["materials"])
    words = (facts["applicant"], facts["item_name"], facts.get("reason") or "", *(facts.get("outstanding") or ()))
    return rows + sum(map(len, words)) // LINE > HALF


def label_sheet(labels: list[dict]) -> str:
    """Labels (number, name, note) to stick on, each with its bar code."""
    drawn = [label | {"bars": barcode(label["number"])} for label in labels]
    return _shelf().get_template("documents/labels.html").render(labels=drawn)


def blank_receipts(slips: list[dict], centre: str, counter: str, base_url: str) -> str:
    """手工收件凭证, a page for each of `slips` (number, code): printed before anybody has come."""
    drawn = [slip | {"bars": barcode(slip["number"]), "square": qr(f"{base_url}/status/{slip['code'].replace('-', '')}")}
             for slip in slips]  # fmt: skip
    return _shelf().get_template("documents/hand_receipt.html").render(slips=drawn, centre=centre, counter=counter)


def seal_sheet(facts: dict) -> str:
    """日封单; `facts` as documents/seal_sheet.py gathers them. The square says the day and the hash, for a scanner to type."""
    return _shelf().get_template("documents/seal_sheet.html").render(f=facts, square=qr(f"{facts['day']} {facts['digest']}"))
