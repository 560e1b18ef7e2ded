"""The supervisor's screen, orders and whistles, the register, statistics, exports."""

from app.oversight import export_views, openings_views, step_views
from app.oversight.views import pages

__all__ = ["export_views", "openings_views", "pages", "step_views"]
