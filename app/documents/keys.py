"""Where the keys lie that documents are signed with: the centre's own by setting, else made here at first need (testing_keys.py)."""

import os
import shutil
import tempfile
from pathlib import Path

from flask import current_app


def signing_settings() -> dict:
    """What the signing process is told once: where the keys are. Plain JSON; the password only travels by pipe."""
    config, made = current_app.config, made_here()
    own = bool(config["SIGNING_KEY_FILE"] or config["SIGNING_PKCS11_MODULE"])
    return {
        "key": config["SIGNING_KEY_FILE"] or str(made / "test.p12"),
        "password": config["SIGNING_KEY_PASSWORD"] if own else "",
        "pkcs11": [config[f"SIGNING_PKCS11_{name}"] for name in ("MODULE", "TOKEN", "KEY")],
        "chain": config["SIGNING_CHAIN_FILE"] if own else "",
        "here": str(made / "root.pem"),
        "stamp": str(made / "stamp.p12"),
        "stamp_url": config["SIGNING_TSA_URL"],
    }


def made_here() -> Path:
    """DATA_DIR/signing, complete: of two processes that need it first, one makes it."""
    folder = Path(current_app.config["DATA_DIR"]) / "signing"
    if not folder.exists():
        from app.documents.testing_keys import make  # once in a desk's life: no process need carry what it takes

        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix="signing."))
        make(new)
        try:
            os.rename(new, folder)
        except OSError:  # the other one was first
            shutil.rmtree(new)
    return folder
