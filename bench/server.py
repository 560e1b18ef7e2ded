"""`python -m bench.server floor|desk`: one of the two apps behind the web server of bin/serve."""

import os
import sys

from app import create_app
from app.jobs.web_server import WebServer, settle
from bench.floor import make_floor
from config import Config


class FloorServer(WebServer):
    """The same server and settings; the floor has no database of ours to hold open."""

    def get_ready(self, _server):
        """Nothing to look at before the fork."""

    def open_worker(self, _server, _worker):
        settle()


def main() -> None:
    if sys.argv[1] == "floor":
        FloorServer(make_floor(os.environ["FLOOR_URL"], int(os.environ["FLOOR_ROWS"]))).run()
    else:
        WebServer(create_app(Config())).run()


if __name__ == "__main__":
    sys.exit(main())


