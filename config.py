"""Settings, all from the environment; the README lists them in one table."""

import base64
import json
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

HOUSE = Path(__file__).parent


class Config:
    """Read once, when the app is made. `DESK_MODE`: demo (default) | production | testing."""

    def __init__(self, **overrides):
        get = {**os.environ, **overrides}.get
        self.DESK_MODE = get("DESK_MODE", "demo")
        self.DATA_DIR = str(Path(get("DATA_DIR") or HOUSE / "var").absolute())
        Path(self.DATA_DIR).mkdir(parents=True, exist_ok=True)
        kept = _kept_secrets(Path(self.DATA_DIR)) if self.DESK_MODE != "production" else {}
        self.SECRET_KEY = get("SECRET_KEY") or kept.get("SECRET_KEY", "")
        self.DATA_KEYS = get("DATA_KEYS") or kept.get("DATA_KEYS", "")
        self.LOOKUP_KEY = get("LOOKUP_KEY") or kept.get("LOOKUP_KEY", "")
        self.BASE_URL = (get("BASE_URL") or f"http://127.0.0.1:{get('PORT') or 8000}").rstrip("/")
        self.ALLOWED_HOSTS = self._hosts(get("ALLOWED_HOSTS") or "")

        url = get("DATABASE_URL") or f"sqlite:///{self.DATA_DIR}/desk.db"
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        self.SQLALCHEMY_DATABASE_URI = url
        self.DATABASE_ROLE = get("DATABASE_ROLE") or ""  # PostgreSQL: whom the owner's migration lets work
        self.SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 8, "max_overflow": 56, "pool_timeout": 5, "pool_use_lifo": True, "hide_parameters": True}
        if url.startswith("postgresql"):
            # A save answers within five seconds. Our questions are few and indexed: to plan each anew costs more than to answer it,
            # and so does to call helpers for one. What is asked all day lies in memory: to jump about in it costs little.
            options = ("lock_timeout=4000", "plan_cache_mode=force_generic_plan", "random_page_cost=1.1", "max_parallel_workers_per_gather=0")
            waits = {"connect_timeout": 3, "options": " ".join(f"-c {option}" for option in options)}
            self.SQLALCHEMY_ENGINE_OPTIONS |= {"max_overflow": 32, "connect_args": waits}
        file = Path(url.removeprefix("sqlite:///"))  # its writers queue beside it, whatever data folders they have
        self.WRITE_LOCK = str((file.parent if file.is_absolute() else Path(self.DATA_DIR)) / "write.lock")

        self.SESSION_COOKIE_NAME = "desk"
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.SESSION_COOKIE_SECURE = self.BASE_URL.startswith("https://")
        self.SESSION_IDLE_MINUTES = int(get("SESSION_IDLE_MINUTES") or 45)
        self.SESSION_HOURS = int(get("SESSION_HOURS") or 12)
        self.SECOND_FACTOR = get("SECOND_FACTOR") or ("required" if self.DESK_MODE == "production" else "optional")
        self.WTF_CSRF_TIME_LIMIT = None  # a form left open over lunch must not be lost
        self.MAX_CONTENT_LENGTH = int(get("MAX_UPLOAD_MB") or 20) * 1024 * 1024
        self.MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024
        self.MAX_FORM_PARTS = 2000

        self.BABEL_DEFAULT_LOCALE = "zh_Hans_CN"
        self.BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"
        self.BABEL_TRANSLATION_DIRECTORIES = str(HOUSE / "translations")
        self.BOOTSTRAP_SERVE_LOCAL = True
        self.RUN = get("RUN") or "all"  # what bin/serve starts: web | worker | all
        self.WEB_WORKERS = int(get("WEB_WORKERS") or 2)
        self.WEB_THREADS = int(get("WEB_THREADS") or 32)
        self.RATELIMIT_STORAGE_URI = get("RATELIMIT_STORAGE_URI") or "memory://"
        self.RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = not self.RATELIMIT_STORAGE_URI.startswith("memory:")  # Redis gone: each counts alone
        self.CLAMD = get("CLAMD") or ""  # /run/clamav/clamd.ctl or host:3310; empty: no virus scanner
        self.UPLOADS_S3_BUCKET = get("UPLOADS_S3_BUCKET") or ""  # empty: scans lie in DATA_DIR
        self.UPLOADS_S3_ENDPOINT = get("UPLOADS_S3_ENDPOINT") or ""
        self.UPLOADS_S3_REGION = get("UPLOADS_S3_REGION") or "us-east-1"
        self.TRUSTED_PROXIES = int(get("TRUSTED_PROXIES") or 0)
        self.BACKUP_KEY = get("BACKUP_KEY") or ""  # empty: derived from DATA_KEYS
        self.BACKUP_MAX_HOURS = float(get("BACKUP_MAX_HOURS") or 26)
        self.BACKUP_DIR = get("BACKUP_DIR") or ""  # empty: no backup by itself
        self.BACKUP_KEEP = max(1, int(get("BACKUP_KEEP") or 14))
        self.DRAFT_DAYS = int(get("DRAFT_DAYS") or 30)
        self.RETENTION_YEARS = int(get("RETENTION_YEARS") or 0)  # 0: the data of closed cases is never erased by itself
        self.LOG_FORMAT = get("LOG_FORMAT") or "text"
        self.METRICS_ALLOWED = (get("METRICS_ALLOWED") or "127.0.0.1,::1").split(",")
        self.SIGNING_KEY_FILE = get("SIGNING_KEY_FILE") or ""
        self.SIGNING_KEY_PASSWORD = get("SIGNING_KEY_PASSWORD") or ""
        self.SIGNING_CHAIN_FILE = get("SIGNING_CHAIN_FILE") or ""
        self.SIGNING_TSA_URL = get("SIGNING_TSA_URL") or ""
        self.SIGNING_PKCS11_MODULE = get("SIGNING_PKCS11_MODULE") or ""
        self.SIGNING_PKCS11_TOKEN = get("SIGNING_PKCS11_TOKEN") or ""
        self.SIGNING_PKCS11_KEY = get("SIGNING_PKCS11_KEY") or ""
        self.TESTING = self.DESK_MODE == "testing"

    def _hosts(self, named: str) -> list[str]:
        """By which names the desk may be called; empty: by any. In production by that of BASE_URL, and from this machine."""
        if not named and self.DESK_MODE != "production":
            return []
        own = [urlsplit(self.BASE_URL).hostname or "", "localhost", "127.0.0.1", "::1"]
        return [*own, *(host.strip().lower() for host in named.split(",") if host.strip())]

    def problems(self) -> list[str]:
        """Why this may not run as a production server; empty when it may."""
        if self.DESK_MODE != "production":
            return []
        found = []
        if len(self.SECRET_KEY) < 32:
            found.append("SECRET_KEY 未设置或太短（至少 32 个字符）")
        found += [f"{name} 未设置" for name in ("DATA_KEYS", "LOOKUP_KEY") if not getattr(self, name)]
        return found + self._signing_problems()

    def _signing_problems(self) -> list[str]:
        """A document signed with a test key proves nothing."""
        if self.SIGNING_PKCS11_MODULE:
            return [] if self.SIGNING_PKCS11_KEY else ["SIGNING_PKCS11_KEY 未设置"]
        if not self.SIGNING_KEY_FILE:
            return ["SIGNING_KEY_FILE 未设置（电子签名的 PKCS#12 文件；测试密钥不能用于生产）"]
        from cryptography.hazmat.primitives.serialization import pkcs12  # only where there is a key: it is slow to load

        try:
            data, password = Path(self.SIGNING_KEY_FILE).read_bytes(), self.SIGNING_KEY_PASSWORD.encode() or None
            _key, certificate, _others = pkcs12.load_key_and_certificates(data, password)
        except (OSError, ValueError):
            return ["SIGNING_KEY_FILE 打不开（文件或 SIGNING_KEY_PASSWORD 不对）"]
        if certificate is None or "TEST" in certificate.subject.rfc4514_string():
            return ["SIGNING_KEY_FILE 是测试证书，不能用于生产"]
        if certificate.not_valid_after_utc < datetime.now(UTC):
            return ["SIGNING_KEY_FILE 的证书已过期"]
        return []


def _kept_secrets(data_dir: Path) -> dict[str, str]:
    """Secrets for a trial: made at first start, kept beside the data, never used in production."""
    path = data_dir / "demo-secrets.json"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "LOOKUP_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        new = path.with_suffix(f".{os.getpid()}.new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(made))
        with suppress(FileExistsError):  # of two processes that start together, one makes the file
            os.link(new, path)
        new.unlink()
    return json.loads(path.read_text())
