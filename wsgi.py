"""The one object the web server and the command line look for."""

from app import create_app

app = create_app()
