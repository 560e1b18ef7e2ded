"""Forms and filters alone need a request, and no database."""

import pytest
from flask import Flask

from app.extensions import babel
from app.web import words


@pytest.fixture
def request_context():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="only here", BABEL_DEFAULT_LOCALE="zh_Hans_CN")
    babel.init_app(app)
    words.init_app(app)
    with app.test_request_context("/"):
        yield app
