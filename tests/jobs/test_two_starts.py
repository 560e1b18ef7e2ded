"""Two machines begin on one empty PostgreSQL at the same moment: one makes tables and city, the other finds them."""

import os
import subprocess
import sys
from pathlib import Path

from app.extensions import db
from app.people.models import Office
from tests.databases import FIXED

HOUSE = Path(__file__).parents[2]
PREPARE = "from app import create_app\nfrom app.jobs.serve import prepare\nprepare(create_app())\nprint('ready')"


def test_two_first_starts_with_folders_of_their_own_do_not_meet(databases, tmp_path):
    with databases.empty("postgresql", tmp_path) as app:
        url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        begun = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            own = {"DATA_DIR": str(tmp_path / name), "DATABASE_URL": url, "PYTHONWARNINGS": ""}
            begun.append(subprocess.Popen([sys.executable, "-c", PREPARE], cwd=HOUSE, env=os.environ | FIXED | own, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE))  # fmt: skip
        said = [one.communicate(timeout=300) for one in begun]
        assert [out.strip() for out, _err in said] == ["ready", "ready"], said
        with app.app_context():
            assert db.session.scalar(db.select(db.func.count(Office.id))) > 20
