"""1 来件必收: the counter takes a case in."""

from app.receive import step_views
from app.receive.views import pages

__all__ = ["pages", "step_views"]
