"""4 窗口反馈: the person gets the answer, and the case is closed."""

from app.feedback import handing_views
from app.feedback.views import pages

__all__ = ["handing_views", "pages"]
