"""The web server: loaded once and forked, with enough threads that slow uploads do not stop the desk."""

import ctypes
import gc
import logging
import os
import socket
import struct
from contextlib import suppress

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from app.extensions import db
from app.jobs.metrics import NOBODY_ASKED, fold_the_dead
from app.sqlite_file import hold_one_connection

OPEN_PAGES, LOOKS = ("/", "/login", "/guides"), 9  # from the ninth call on the interpreter knows a function
GRACE = 3  # seconds for requests under way when the desk stops


class WebServer(BaseApplication):
    """Why threads: 2 × 4 are dead under 20 uploads at a byte a second, 2 × 32 are not (decision 0004)."""

    def __init__(self, app: Flask):
        self.app = app
        super().__init__()

    def load_config(self):
        settings = {
            "bind": address(),
            "worker_class": Worker,
            "workers": self.app.config["WEB_WORKERS"],
            "threads": self.app.config["WEB_THREADS"],
            "preload_app": True,
            "graceful_timeout": GRACE,
            "timeout": 60,
            "keepalive": 5,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": self.get_ready,
            "post_fork": self.open_worker,
            "child_exit": lambda _server, _worker: fold_the_dead(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self):
        return self.app

    def get_ready(self, _server):
        share_one_heap()
        fold_the_dead()
        look_around(self.app)
        settle()

    def open_worker(self, _server, _worker):
        with self.app.app_context():
            hold_one_connection()


class Worker(ThreadWorker):
    """Leaves nobody at the door when it stops: a connection that was taken up is answered, all others are refused at once, so
    that nginx asks the other unit. As it is, gunicorn keeps the door open for two seconds and lets nobody in."""

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not self.alive:
            for door in self.sockets:
                hang_out_closed(door)
                self._let_in_who_waits(door)
                door.close()

    def _let_in_who_waits(self, door):
        before = -1
        while before != self.nr_conns:
            before = self.nr_conns
            self.accept(door)


SO_ATTACH_FILTER = 26
LET_NOTHING_THROUGH = struct.pack("HBBI", 6, 0, 0, 0)  # socket(7), classic BPF: return 0


def hang_out_closed(door) -> None:
    """From now on the kernel takes no connection for this socket: it is asked again after a second, and then the door is gone."""
    with suppress(OSError):  # a kernel that cannot: somebody may then come in the instant before the door is gone
        code = ctypes.create_string_buffer(LET_NOTHING_THROUGH)
        door.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(code)))


M_ARENA_MAX = -8  # mallopt(3)


def share_one_heap() -> None:
    """One heap for all threads of a worker. glibc gives each thread one of its own, which keeps what it once needed: with thirty
    threads 15 MB a worker more, growing for as long as threads come and go. Only one of them runs at a time anyway."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def settle() -> None:
    """What is loaded stays: the collector need not look at it again, nor copy its pages in every worker. Nothing is collected
    before: it is little, takes a tenth of a second, and the holes are filled by each worker, which copies the pages round them.
    What is younger is looked through every thousand pages: a session of the database ends as a ring, and one that was in use at a
    collection would otherwise lie there until the evening. More often, and one page in a hundred would wait for it."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 5)


def look_around(app: Flask) -> None:
    """See the pages that anybody may see, before the workers are forked: templates, statements and what the interpreter
    notes down about both are then theirs together, not each worker's own (a tenth of their memory)."""
    browser = app.test_client()
    logging.disable()  # nobody has asked
    for path in OPEN_PAGES * LOOKS:
        with suppress(Exception):  # a page that cannot be seen now says so to who asks for it
            browser.get(path, base_url=app.config["BASE_URL"], environ_overrides={NOBODY_ASKED: True})
    logging.disable(logging.NOTSET)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared with workers


def address() -> str:
    return f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
