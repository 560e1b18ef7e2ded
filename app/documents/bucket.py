"""Scans on S3-compatible storage. What it answers is safe; what it does not answer in time is said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from time import time
from urllib.parse import urlsplit

import urllib3
from flask import current_app
from minio import Minio
from minio.credentials import EnvAWSProvider
from minio.error import MinioException, S3Error

from app.refusals import Busy, NoRoom

FOLDER = "uploads/"  # as in DATA_DIR, so that a bucket may hold other things too
WAITS = urllib3.Timeout(connect=1.5, read=4)  # a save answers within five seconds
AT_ONCE = 32
NOTHING = ("NoSuchKey", "NoSuchObject")
FULL = ("XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "EntityTooLarge", "XMinioAdminBucketQuotaExceeded")


class _OnceMore(urllib3.Retry):
    """A connection that was kept open may have died since; whoever is silent is not asked twice, a person waits."""

    def increment(self, method=None, url=None, response=None, error=None, **more):
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, **more)


class Bucket:
    """A store (stores.py). Keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as every client has them."""

    def __init__(self, bucket: str, endpoint: str, region: str):
        where = urlsplit(endpoint or f"https://s3.{region}.amazonaws.com")
        self._bucket = bucket
        self._client = Minio(
            where.netloc, credentials=EnvAWSProvider(), secure=where.scheme != "http", region=region,
            http_client=urllib3.PoolManager(timeout=WAITS, retries=_OnceMore(total=1, backoff_factor=0), maxsize=AT_ONCE),
        )  # fmt: skip

    def put(self, name: str, data: bytes) -> None:
        with _in_words():
            self._client.put_object(self._bucket, _key(name), BytesIO(data), len(data))

    def fresh(self, name: str) -> bool:
        return False  # put again: the day of what lies there cannot be set

    def get(self, name: str, most: int | None = None) -> bytes:
        with _in_words():
            answer = self._client.get_object(self._bucket, _key(name), length=most or 0)
            try:
                return answer.read()
            finally:
                answer.close()
                answer.release_conn()

    def age(self, name: str) -> float | None:
        try:
            with _in_words():
                return time() - self._client.stat_object(self._bucket, _key(name)).last_modified.timestamp()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        with _in_words():
            self._client.remove_object(self._bucket, _key(name))

    def names(self) -> Iterator[str]:
        with _in_words():
            for one in self._client.list_objects(self._bucket, prefix=FOLDER, recursive=True):
                yield one.object_name.rsplit("/", 1)[1]

    def trouble(self) -> str:
        try:
            with _in_words():
                return "ok" if self._client.bucket_exists(self._bucket) else "no such bucket"
        except Busy:
            return "no answer"


def _key(name: str) -> str:
    return f"{FOLDER}{name[:2]}/{name}"


@contextmanager
def _in_words():
    """FileNotFoundError for what is not there; else Busy, or NoRoom when it is full. The log has the kind of trouble."""
    try:
        yield
    except S3Error as problem:
        if problem.code in NOTHING:
            raise FileNotFoundError(problem.code) from problem
        current_app.logger.warning("the store of scans said %s", problem.code)
        if problem.code in FULL:
            raise NoRoom("存放扫描件的空间已满，文件没有保存。请联系系统管理员。") from problem
        raise _away() from problem
    except (MinioException, urllib3.exceptions.HTTPError, ValueError, OSError) as problem:
        current_app.logger.warning("the store of scans did not answer: %s", type(problem).__name__)
        raise _away() from problem


def _away() -> Busy:
    return Busy("存放扫描件的服务暂时没有响应，这一次没有做成。请稍后再试一次；一直这样请联系系统管理员。")
