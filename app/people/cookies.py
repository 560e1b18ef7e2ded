"""The signed cookie, without a time in it: a clock that goes back must not throw everybody out.

How long a session lives is decided on the server (sessions.py), where it can also be ended.
"""

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer


class TimelessCookies(SecureCookieSessionInterface):
    salt = "desk-cookie"

    def __init__(self):
        self._made: tuple[str, URLSafeSerializer] | None = None

    def get_signing_serializer(self, app):
        """Made once for a key: deriving it costs as much as reading a cookie."""
        if not app.secret_key:
            return None
        if self._made is None or self._made[0] != app.secret_key:
            signer = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
            self._made = app.secret_key, URLSafeSerializer(
                app.secret_key, salt=self.salt, serializer=self.serializer, signer_kwargs=signer
            )
        return self._made[1]

    def open_session(self, app, request):
        serializer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if serializer is None:
            return None
        try:
            return self.session_class(serializer.loads(cookie) if cookie else {})
        except BadSignature:
            return self.session_class()
