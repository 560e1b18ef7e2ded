"""备份: made while serving, verified by restoring, refused by the name of the fault."""

import errno
import io
import json
import os
import struct
import tarfile
from datetime import timedelta
from hashlib import sha256

import pytest
import zstandard

from app import moments
from app.extensions import db
from app.jobs import backup, backup_schedule, dump, postgres, restore, vault
from app.jobs.vault import Damaged
from app.people.upkeep import backup_warning, hours_since_backup
from tests import backoffice, sample

KEY = b"k" * 32


@pytest.fixture
def backed_up(inside, tmp_path, monkeypatch):
    """A desk with two cases and a scan, and its backup; its tables are small and yet of several portions."""
    monkeypatch.setattr(postgres, "PORTION", 4)
    monkeypatch.setattr(backup, "AHEAD", 1 << 20)
    for n in (1, 2):
        backoffice.taken_up("CG-002", n)
    folder = tmp_path / "data" / "uploads" / "ab"
    folder.mkdir(parents=True)
    (folder / "abcd").write_bytes(os.urandom(3_000_000))
    file = tmp_path / "desk.backup"
    made = backup.create(file)
    return inside, file, made


def test_a_backup_passes_every_check_after_being_restored_elsewhere(backed_up):
    app, file, made = backed_up
    assert made["rows"]["case"] == 2
    assert restore.verify(file) == []
    assert hours_since_backup() < 1
    assert not file.stat().st_mode & 0o077


def test_a_disk_that_fails_once_while_it_is_made_leaves_the_last_good_one(backed_up, monkeypatch):
    _app, file, _made = backed_up
    good, failures = file.read_bytes(), [OSError(errno.EIO, "I/O error")]

    def fails_once(_number):
        if failures:
            raise failures.pop()

    monkeypatch.setattr(os, "fdatasync", fails_once)
    with pytest.raises(OSError, match="I/O error"):
        backup.create(file)
    assert not failures
    assert file.read_bytes() == good
    assert sorted(one.name for one in file.parent.glob("*.part")) == []


def test_a_case_that_is_not_in_the_copy_is_missed(backed_up, tmp_path):
    _app, file, made = backed_up
    spoilt = file.with_name("less.backup")
    spoilt.write_bytes(_sealed_anew(file, lambda files: _manifest(files, rows=made["rows"] | {"case": 3})))
    assert [one for one in restore.verify(spoilt) if one.startswith("case：")]
    with pytest.raises(Damaged, match="case：备份时有 3 条，恢复后 2 条"):
        restore.restore(spoilt, tmp_path / "elsewhere", overwrite=True)


@pytest.mark.parametrize("number", [1, 2])
def test_a_backup_of_an_older_format_still_comes_back(backed_up, number):
    _app, file, made = backed_up

    def as_it_was(files):
        if db.engine.dialect.name == "postgresql":
            _as_pg_dump_wrote_it(files, file.with_name("dump"))
        told = {"least": made["rows"], "rows": made["rows"] | {"case": 9}} if number == 1 else {}
        listed = {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items() if name != "manifest.json"}
        _manifest(files, format=number, files=listed, **told)

    of_old = file.with_name("old.backup")
    header = {"database": db.engine.dialect.name, "made_at": "x"} | ({"format": number} if number > 1 else {})
    of_old.write_bytes(_sealed_anew(file, as_it_was, header))
    assert restore.verify(of_old) == []


def _as_pg_dump_wrote_it(files, folder) -> None:
    for name in [name for name in files if name.startswith("database/")]:
        del files[name]
    postgres.Programmes().run("pg_dump", "--format=directory", "--no-owner", "--no-privileges", f"--file={folder}")
    files |= {f"database/{path.name}": path.read_bytes() for path in folder.iterdir()}


def test_it_comes_back_as_it_was(backed_up, tmp_path):
    app, file, made = backed_up
    backoffice.taken_up("CG-002", 3)
    with pytest.raises(FileExistsError, match="--yes"):
        restore.restore(file, tmp_path / "data", overwrite=False)
    assert dump.rows()["case"] == 3
    db.session.remove()
    db.engine.dispose()
    aside = restore.restore(file, tmp_path / "data", overwrite=True)
    assert dump.rows() == made["rows"]
    assert (aside / "uploads" / "ab" / "abcd").exists()
    backoffice.taken_up("CG-002", 4)  # and work goes on


def test_nothing_in_it_can_be_read_without_the_key(backed_up):
    _app, file, _made = backed_up
    raw = file.read_bytes()
    assert sample.id_number(1).encode() not in raw
    assert b"SQLite format" not in raw and b"PGDMP" not in raw


# ── damage: 24 kinds, each named, the target untouched ───────────────────────────────────────────────────────


def _pieces(raw: bytes) -> tuple[bytes, list[bytes]]:
    """(magic and header, sealed pieces with their lengths)."""
    at = len(vault.MAGIC) + 4 + struct.unpack_from(">I", raw, len(vault.MAGIC))[0]
    head, pieces = raw[:at], []
    while at < len(raw):
        size = 4 + struct.unpack_from(">I", raw, at)[0]
        pieces.append(raw[at : at + size])
        at += size
    return head, pieces


def _header(raw: bytes, **other) -> bytes:
    head, pieces = _pieces(raw)
    said = json.loads(head[len(vault.MAGIC) + 4 :]) | other
    new = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    return vault.MAGIC + struct.pack(">I", len(new)) + new + b"".join(pieces)


def _middle(raw, change):
    head, pieces = _pieces(raw)
    return head + b"".join(change(pieces))


def _flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


OUTSIDE = {  # what happens to a file on its way
    "empty": (lambda raw: b"", "开头不对"),
    "a picture": (lambda raw: b"\x89PNG" + raw, "开头不对"),
    "first byte": (lambda raw: _flip(raw, 0), "开头不对"),
    "only the magic": (lambda raw: raw[: len(vault.MAGIC)], "文件头损坏"),
    "header length": (lambda raw: raw[: len(vault.MAGIC)] + b"\xff\xff\xff\xff" + raw[24:], "文件头损坏"),
    "header cut": (lambda raw: raw[:40], "文件头损坏"),
    "header not JSON": (lambda raw: raw.replace(b'{"made_at"', b'["made_at"', 1), "文件头损坏"),
    "header without nonce": (lambda raw: _header(raw, nonce=None), "文件头损坏"),
    "header of another day": (lambda raw: _header(raw, made_at="2020-01-01"), "第 1 段损坏"),
    "another nonce": (lambda raw: _header(raw, nonce="00" * 7), "第 1 段损坏"),
    "newer format": (lambda raw: _header(raw, format=99), "第 1 段损坏"),
    "short nonce": (lambda raw: _header(raw, nonce="00"), "随机数不对"),
    "another key": (lambda raw: _header(raw, key="0" * 12), "另一把密钥"),
    "no pieces": (lambda raw: _pieces(raw)[0], "第 1 段之前就断了"),
    "cut in a piece": (lambda raw: raw[:-1000], "断在中间"),
    "cut between pieces": (lambda raw: _middle(raw, lambda p: p[:-1]), "被截去"),
    "first piece gone": (lambda raw: _middle(raw, lambda p: p[1:]), "第 1 段损坏"),
    "middle piece gone": (lambda raw: _middle(raw, lambda p: p[:1] + p[2:]), "第 2 段损坏"),
    "pieces swapped": (lambda raw: _middle(raw, lambda p: [p[1], p[0], *p[2:]]), "第 1 段损坏"),
    "piece twice": (lambda raw: _middle(raw, lambda p: [p[0], p[0], *p[1:]]), "第 2 段损坏"),
    "one bit in a piece": (lambda raw: _flip(raw, len(_pieces(raw)[0]) + 5000), "第 1 段损坏"),
    "last bit": (lambda raw: _flip(raw, len(raw) - 1), "段损坏"),
    "piece length": (lambda raw: _flip(raw, len(_pieces(raw)[0])), "长度不对"),
    "more behind": (lambda raw: raw + _pieces(raw)[1][0], "多出了内容"),
    "zeros behind": (lambda raw: raw + bytes(40), "多出了内容"),
}
INSIDE = {  # what a faulty programme might have sealed
    "no manifest": (lambda files: files.pop("manifest.json"), "没有清单"),
    "manifest not JSON": (lambda files: files.update({"manifest.json": b"{"}), "清单读不懂"),
    "file gone": (lambda files: files.pop("uploads/ab/abcd"), "缺少 uploads/ab/abcd"),
    "file changed": (lambda files: files.update({"uploads/ab/abcd": b"other"}), "内容不符 uploads/ab/abcd"),
    "file too many": (lambda files: files.update({"uploads/ab/more": b"x"}), "多出 uploads/ab/more"),
    "a way out": (lambda files: files.update({"uploads/../../out": b"x"}), "不该有的文件"),
    "another folder": (lambda files: files.update({"etc/passwd": b"x"}), "不该有的文件"),
    "newer programme": (lambda files: _manifest(files, schema="9999"), "先升级程序"),
    "other database": (lambda files: _manifest(files, database="oracle"), "不能恢复到"),
}  # fmt: skip


def _manifest(files: dict, /, **other) -> None:
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | other).encode()


def _sealed_anew(file, change, header=None) -> bytes:
    """Made again with other contents; `header` without a format: as the first versions made it."""
    with open(file, "rb") as source:
        plain = b"".join(vault.unsealed(source, backup.key()))
    with tarfile.open(fileobj=io.BytesIO(zstandard.ZstdDecompressor().decompressobj().decompress(plain))) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    change(files)
    header = header or {"made_at": "x", "database": "x", "format": backup.FORMAT}
    target, packed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w" if "format" in header else "w:gz") as archive:
        for name, content in files.items():
            _add(archive, name, content)
    sealer = vault.Sealer(target, backup.key(), header)
    sealer.write(zstandard.compress(packed.getvalue()) if "format" in header else packed.getvalue())
    sealer.finish()
    return target.getvalue()


def _add(archive, name, content) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def test_every_kind_of_damage_is_named_and_changes_nothing(backed_up, tmp_path):
    _app, file, made = backed_up
    assert len(OUTSIDE) + len(INSIDE) >= 24
    raw, there = file.read_bytes(), _state(tmp_path / "data")
    bad = tmp_path / "bad.backup"
    spoilt = {name: (change(raw), fault) for name, (change, fault) in OUTSIDE.items()}
    spoilt |= {name: (_sealed_anew(file, change), fault) for name, (change, fault) in INSIDE.items()}
    for name, (content, fault) in spoilt.items():
        bad.write_bytes(content)
        with pytest.raises(Damaged) as refused:
            restore.restore(bad, tmp_path / "data", overwrite=True)
        assert fault in str(refused.value), name
        assert _state(tmp_path / "data") == there, name
    assert dump.rows() == made["rows"]


def _state(folder) -> set:
    return {(str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file() and "desk.db" not in path.name}


# ── by itself, and the warning when it does not happen ───────────────────────────────────────────────────────


def test_the_night_backs_up_proves_it_and_keeps_the_newest(app, desk_of, tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    app.config |= {"BACKUP_DIR": str(folder), "BACKUP_KEEP": 1}
    with app.app_context():
        backoffice.taken_up("CG-002", 1)
        first = backup_schedule.scheduled()
        assert first.exists() and backup_schedule.scheduled() is None  # once a night
    assert not desk_of("service_admin.admin").get("/admin").select("[role=alert]")
    with app.app_context(), moments.at(moments.now() + timedelta(days=2)):
        assert "小时以前" in backup_warning()
        second = backup_schedule.scheduled()
        assert list(folder.iterdir()) == [second] and backup_warning() == ""
    with app.app_context(), moments.at(moments.now() + timedelta(days=4)):
        monkeypatch.setattr(restore, "verify", lambda _file: ["broken"])
        with pytest.raises(RuntimeError, match="broken"):
            backup_schedule.scheduled()
        assert list(folder.iterdir()) == [second] and "小时以前" in backup_warning()
