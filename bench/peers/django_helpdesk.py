"""django-helpdesk on SQLite behind gunicorn, set up as its documentation says: staff see a page that fetches its rows."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from bs4 import BeautifulSoup

PACKAGES = ("django-helpdesk==2.6.1", "gunicorn")
ALL_OPEN = base64.b64encode(json.dumps({"filtering": {"status__in": [1, 2, 3]}, "sorting": "created"}).encode()).decode()
LIST = ("/tickets/", f"/datatables_ticket_list/{ALL_OPEN}?draw=1&start=0&length=25")  # the page, then its first 25 rows
ONE = "/view/?" + urlencode({"ticket": "desk-7", "email": "somebody@desk.example", "key": "measured"})
LIST_AT = {1_000: 7, 1_000_000: 600}
PASSWORD = "for measuring only"
SETTINGS = """
from pathlib import Path
BASE_DIR = Path(__file__).parent
SECRET_KEY = "for measuring only"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "desk_urls"
STATIC_URL, MEDIA_URL, MEDIA_ROOT = "/static/", "/media/", BASE_DIR / "media"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "helpdesk.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ, SITE_ID, LOGIN_URL = True, 1, "/login/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_SUBMIT_A_TICKET_PUBLIC = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
                  "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize", "django.contrib.admin",
                  "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware",
              "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
    "django.template.context_processors.debug", "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]
"""
URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
SERVE = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'desk_settings'\nfrom django.core.wsgi import get_wsgi_application\napp = get_wsgi_application()\n"
LOAD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "desk_settings"
import django
django.setup()
from django.contrib.auth import get_user_model
from helpdesk.models import FollowUp, Queue, Ticket
get_user_model().objects.create_superuser("admin", "admin@desk.example", sys.argv[2])
queue = Queue.objects.create(title="desk", slug="desk", allow_public_submission=True)
count = int(sys.argv[1])
for first in range(0, count, 5000):
    Ticket.objects.bulk_create([
        Ticket(title=f"ticket {number}", queue=queue, status=1 + number % 5, priority=1 + number % 5, description="made for measuring",
               submitter_email="somebody@desk.example", secret_key="measured")
        for number in range(first, min(count, first + 5000))])
"""


def set_up(folder: Path, python: Path, tickets: int, port: int) -> list[str]:
    """The command that serves a fresh desk with so many tickets."""
    (folder / "helpdesk.sqlite3").unlink(missing_ok=True)
    for name, said in (("desk_settings", SETTINGS), ("desk_urls", URLS), ("serve", SERVE)):
        (folder / f"{name}.py").write_text(said)
    subprocess.run([python, "-m", "django", "migrate", "--settings", "desk_settings", "--pythonpath", ".", "-v", "0"], cwd=folder, check=True)
    subprocess.run([python, "-c", LOAD, str(tickets), PASSWORD], cwd=folder, check=True)
    return [str(python), "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "--log-level", "error", "serve:app"]


def sign_in(client, base: str) -> None:
    """As the one member of staff."""
    _post(client, base, "/login/", "/login/", {"username": "admin", "password": PASSWORD, "next": "/tickets/"})


def creating(client, base: str) -> Callable[[], None]:
    """What is returned makes one ticket by the public form, as a browser does."""

    def create() -> None:
        filled = {"title": "made by form", "body": "made by form", "priority": "3", "submitter_email": "somebody@desk.example"}
        _post(client, base, "/tickets/submit/", "/tickets/submit/", filled)

    return create


def _post(client, base: str, page: str, address: str, filled: dict[str, str]) -> None:
    form = next(one for one in BeautifulSoup(client.ask(page)[1], "html.parser").select("form") if one.select_one("[name=csrfmiddlewaretoken]"))
    hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden][name]")}
    choice = form.select_one("select[name=queue]")
    if choice:
        hidden["queue"] = choice.select("option")[-1]["value"]
    status, content, _headers = client.ask(address, urlencode(hidden | filled), {"Referer": f"{base}{page}", "Origin": base})
    if status != 302:
        raise RuntimeError(f"django-helpdesk answered {status}: {content[:500]!r}")
