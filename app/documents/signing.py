"""Has a PDF signed by the process that holds the key (children/sign.py)."""

import json
import os
from functools import cache
from typing import NamedTuple

from flask import current_app

from app.documents.child import Child, Lost, program
from app.documents.keys import signing_settings
from app.refusals import Busy

SORRY = "电子签名服务暂时不可用，文书没有生成，请稍后再试一次。办件和编号已经保存，不受影响。"


class Signed(NamedTuple):
    pdf: bytes
    signed_by: str = ""  # the name in the certificate
    level: str = ""  # PAdES: B-T | B-LT


@cache
def signer() -> Child:
    return Child(program("sign"))


# As in press.py: a forked worker starts its own child.
os.register_at_fork(after_in_child=signer.cache_clear)


def sign(pdf: bytes, facts: dict, until: float) -> Signed:
    """The PDF with the centre's signature. Raises Busy when the key does not answer in time (`until`)."""
    code = facts.get("verify_code", "").replace("-", "")
    asked = {
        "keys": signing_settings(), "place": facts["office"], "number": facts["number"],
        "address": current_app.config["BASE_URL"] + (f"/verify/{code}" if code else ""),
    }  # fmt: skip
    try:
        answer = signer().ask(json.dumps(asked).encode() + b"\n" + pdf, until)
    except Lost as problem:
        current_app.logger.error("signing failed: %s", problem)
        raise Busy(SORRY) from problem
    head, _, signed = answer.partition(b"\n")
    return Signed(signed, **json.loads(head))
