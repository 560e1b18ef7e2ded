"""Where scans lie: a folder, or S3 (a moto server in a process of its own). The desk knows no difference."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
import urllib3
from PIL import Image

from app.cases.models import Case
from app.documents import bucket, uploads
from app.documents.models import Upload
from app.documents.stores import Folder, store_of_scans
from app.extensions import db
from app.jobs import backup, rekey, restore
from app.refusals import Busy
from tests import sample
from tests.desk import Desk
from tests.filled import filled
from tests.jobs.test_keys import with_both_keys
from tests.receive.test_intake import begin

NAME, OTHER = "ab" * 32, "cd" * 32


class Moto:
    """The server; `bucket()` makes an empty one, `silent()` stops the process for a while."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.count = f"http://127.0.0.1:{port}", 0
        self.process = subprocess.Popen([sys.executable, "-m", "moto.server", "-p", str(port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        for _try in range(400):
            try:
                urllib.request.urlopen(self.url, timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("moto does not start")

    def bucket(self) -> dict:
        self.count += 1
        name = f"desk-{self.count}"
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/{name}", method="PUT")).close()
        return {"UPLOADS_S3_BUCKET": name, "UPLOADS_S3_ENDPOINT": self.url}


@pytest.fixture(scope="module")
def moto():
    os.environ |= {"AWS_ACCESS_KEY_ID": "desk", "AWS_SECRET_ACCESS_KEY": "only for tests"}
    server = Moto()
    yield server
    server.process.kill()
    server.process.wait()


@pytest.fixture
def on_s3(moto, databases, tmp_path):
    """The desk with its scans in an empty bucket."""
    (tmp_path / "data").mkdir()
    with databases.fresh("sqlite", tmp_path / "data", **moto.bucket()) as app:
        yield app


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    if request.param == "folder":
        yield Folder(tmp_path / "uploads")
    else:
        with request.getfixturevalue("on_s3").app_context():
            yield store_of_scans()


def test_both_keep_all_of_it_under_its_name_until_it_is_removed(store):
    assert list(store.names()) == [] and store.age(NAME) is None and not store.fresh(NAME)
    with pytest.raises(FileNotFoundError):
        store.get(NAME)
    for name in (OTHER, NAME):
        store.put(name, b"first")
    store.put(NAME, b"\x02 and more")
    assert (store.get(NAME), store.get(NAME, 1), store.get(OTHER)) == (b"\x02 and more", b"\x02", b"first")
    assert list(store.names()) == [NAME, OTHER] and -5 < store.age(NAME) < 60 and store.trouble() == "ok"
    store.remove(NAME)
    store.remove(NAME)
    assert list(store.names()) == [OTHER]


def take_in(clerk: Desk, expect: int = 303):
    address = begin(clerk, "MZ-001")
    return clerk.post(address, filled(clerk.get(address)) | {"m-0-scan": (io.BytesIO(picture("red")), "申请表.png")}, expect=expect)


def counted() -> tuple[int, int]:
    return tuple(db.session.scalar(db.select(db.func.count()).select_from(one)) for one in (Case, Upload))


def test_a_scan_is_kept_sealed_in_the_bucket_and_read_back(on_s3, tmp_path):
    take_in(Desk(on_s3).sign_in("wf-01.clerk"))
    with on_s3.app_context():
        upload = db.session.scalar(db.select(Upload))
        assert uploads.read(upload) == picture("red") and list(store_of_scans().names()) == [upload.sha256]
        assert b"PNG" not in store_of_scans().get(upload.sha256) and not (tmp_path / "data" / "uploads").exists()
        assert on_s3.test_client().get("/readyz").json["scans"] == "ok"


def test_without_its_store_the_desk_says_so_keeps_nothing_half_and_goes_on_with_the_rest(on_s3, moto, monkeypatch):
    monkeypatch.setattr(bucket, "WAITS", urllib3.Timeout(connect=1, read=0.7))
    clerk = Desk(on_s3).sign_in("wf-01.clerk")
    moto.process.send_signal(signal.SIGSTOP)  # there, and silent
    try:
        began = time.monotonic()
        said = take_in(clerk, expect=503).get_data(as_text=True)
        assert "存放扫描件的服务暂时没有响应" in said and time.monotonic() - began < 3
        with on_s3.app_context():
            assert counted() == (0, 0)
        assert clerk.fetch("/desk").status_code == 200
        assert on_s3.test_client().get("/readyz").json["scans"] == "no answer"
    finally:
        moto.process.send_signal(signal.SIGCONT)
    with on_s3.app_context():
        on_s3.config["UPLOADS_S3_ENDPOINT"] = "http://127.0.0.1:1"
        del on_s3.extensions["scans"]
        with pytest.raises(Busy, match="存放扫描件"):  # nobody there at all
            uploads.store(picture("blue"), "a.png", sample.actor("wf-01.clerk"), "draft")
        on_s3.config["UPLOADS_S3_ENDPOINT"] = moto.url
        del on_s3.extensions["scans"]
    take_in(clerk)
    with on_s3.app_context():
        assert counted() == (1, 1)


def test_a_form_thrown_away_takes_its_scan_out_of_the_bucket(on_s3, monkeypatch):
    monkeypatch.setattr(uploads, "JUST_NOW", -5)
    with on_s3.app_context():
        uploads.store(picture("red"), "a.png", sample.actor("wf-01.clerk"), "draft")
        uploads.forget("draft")
        assert list(store_of_scans().names()) == []


def test_what_no_row_names_is_swept_out_of_the_bucket(on_s3, monkeypatch):
    with on_s3.app_context():
        kept = uploads.store(picture("red"), "a.png", sample.actor("wf-01.clerk"), "d" * 32)
        store_of_scans().put(NAME, b"left behind")
        assert uploads.sweep() == 0  # put just now
        monkeypatch.setattr(uploads, "JUST_NOW", -60)
        assert uploads.sweep() == 1 and list(store_of_scans().names()) == [kept.sha256]


def test_a_backup_takes_the_scans_along_and_brings_them_into_an_empty_bucket(on_s3, moto, tmp_path):
    take_in(Desk(on_s3).sign_in("wf-01.clerk"))
    with on_s3.app_context():
        file = tmp_path / "desk.backup"
        made = backup.create(file)
        assert [name for name in made["files"] if name.startswith("uploads/")] and restore.verify(file) == []
        on_s3.config |= moto.bucket()
        del on_s3.extensions["scans"]
        upload = db.session.scalar(db.select(Upload))
        with pytest.raises(Exception, match="扫描件的文件"):
            uploads.read(upload)
        db.session.remove()
        db.engine.dispose()
        restore.restore(file, tmp_path / "data", overwrite=True)
        assert uploads.read(db.session.scalar(db.select(Upload))) == picture("red")
        assert not (tmp_path / "data" / "uploads").exists()


def test_a_new_key_is_put_over_scans_in_a_bucket_too(on_s3):
    with on_s3.app_context():
        upload = uploads.store(picture("red"), "a.png", sample.actor("wf-01.clerk"), "draft")
        with_both_keys(on_s3)
        assert set(rekey.counts()) == {1}
        assert dict(rekey.rotate())["uploads"] == 1 and set(rekey.counts()) == {2} and list(rekey.rotate()) == []
        assert uploads.read(upload) == picture("red")
