"""一窗 · One Window: receive → route → process → feedback."""

import gc

gc.disable()  # nothing of the thousand modules is garbage: to look for it after every few hundred objects was a tenth of the start

from flask import Flask
from werkzeug.routing import Rule

from app import (
    admin,
    api,
    custody,
    documents,
    feedback,
    hall,
    instant,
    jobs,
    oversight,
    people,
    process,
    queues,
    receive,
    residents,
    route,
    sealing,
    web,
)
from app.extensions import babel, csrf, init_database, limiter, login_manager
from config import Config

gc.freeze()  # nor is it later: the first collection after this line would look through all of it, twice (a sixth of the start)
gc.enable()

# In the order in which a case meets them: this line is the map of the house.
ROOMS = (
    receive, instant, route, process, feedback,
    custody, queues, documents,
    residents, hall, oversight, admin, api, people,
)  # fmt: skip


class Address(Rule):
    """Learns to put an address together when it is first asked to: Werkzeug writes and compiles two functions for each of three
    hundred rules as it starts, a tenth of the start, and a page needs a dozen. Without this method it would do so again, no worse."""

    def _compile_builder(self, append_unknown=True):
        def learn(_rule, **values):
            build = Rule._compile_builder(self, append_unknown).__get__(self)
            setattr(self, "_build_unknown" if append_unknown else "_build", build)
            return build(**values)

        return learn


class Desk(Flask):
    url_rule_class = Address

    def ensure_sync(self, func):
        """There is no coroutine among our views and hooks: Flask need not look at each of them with every request."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """The desk, ready to serve. Raises RuntimeError when production settings are missing."""
    config = config or Config()
    if problems := config.problems():
        raise RuntimeError("不能以生产模式启动：" + "；".join(problems))
    app = Desk(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_object(config)

    sealing.init_app(app)
    init_database(app)
    csrf.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    babel.init_app(app, locale_selector=web.chosen_locale)
    web.tongue.init_app(app, babel)
    limiter.init_app(app)
    web.init_app(app)
    people.init_app(app)
    jobs.init_app(app)

    for room in ROOMS:
        app.register_blueprint(room.pages)
    return app
