"""How a refusal, or a mishap, reaches the person: a sentence, what to do now, and never a stack trace."""

import errno
import secrets

from flask import Flask, current_app, g, jsonify, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from app.extensions import forget_what_was_read, is_full, login_manager
from app.refusals import Refusal
from app.web import words
from app.web.fragments import page

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
KEPT = ("Allow", "Retry-After")


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, not_served)
    for kind in (OperationalError, InterfaceError, InternalError, NoConnection):
        app.register_error_handler(kind, no_database)
    app.register_error_handler(ProgrammingError, wrong_question)
    for kind in (DataError, OverflowError):
        app.register_error_handler(kind, no_such_value)
    app.register_error_handler(OSError, no_room)
    app.register_error_handler(Exception, mishap)


def refused(refusal: Refusal):
    """The rule's own words."""
    return say(words.say(refusal), refusal.status)


def stale_form(_error: CSRFError):
    return say(_("页面打开太久，或登录已经变化，这一次没有保存。请刷新页面后再提交。"), 400)


def not_served(error: HTTPException):
    """Wrong addresses, methods, sizes and speeds."""
    answer = say(_sentence(error.code), error.code)
    for name, value in error.get_headers():
        if name in KEPT:
            answer.headers[name] = value
    return answer


def no_database(error: SQLAlchemyError):
    """Locked, full, restarted or out of reach: nothing was saved, and the page must not ask it again."""
    _keep_off_the_database()
    current_app.logger.warning("the database did not answer: %s", type(error.__cause__ or error).__name__)
    return say(_("数据库暂时没有响应，刚才的操作没有保存。请稍后再试一次。"), 503)


def wrong_question(error: ProgrammingError):
    """A mistake of ours, or PostgreSQL on a disk that has become read-only."""
    return no_database(error) if is_full(error) else mishap(error)


def no_such_value(error: Exception):
    """A number too large or a text with NUL: no column can hold it, so nothing of that name exists."""
    _keep_off_the_database()
    current_app.logger.warning("request %s asked for what no column holds: %s", request_number(), type(error).__name__)
    return say(_sentence(400), 400)


def no_room(error: OSError):
    if error.errno in FULL:
        current_app.logger.error("request %s: %s", request_number(), errno.errorcode[error.errno])
        return say(_("服务器的磁盘已满或不能写入，刚才的操作没有保存。请联系系统管理员。"), 507)
    return mishap(error)


def mishap(error: Exception):
    """Our own mistake. The log has the trace and the number; the person has the number."""
    _keep_off_the_database()
    current_app.logger.error("mishap %s at %s", request_number(), request.endpoint, exc_info=error)
    return say(_("系统出了差错，刚才的操作没有保存。请再试一次；若仍不行，请把请求编号告诉系统管理员。"), 500)


def say(problem: str, status: int):
    """The whole page; for htmx the banner alone; for programmes JSON."""
    if status >= 500:
        current_app.logger.info("request %s was answered %s", request_number(), status)
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(problem=problem, request=request_number())
        answer.status_code = status
    else:
        answer = page("errors/refused.html", "banner", status=status, problem=problem, code=status,
                      title=_title(status), number=request_number())  # fmt: skip
        answer.headers["HX-Retarget"] = "#banner"
        answer.headers["HX-Reswap"] = "outerHTML"
        answer.headers["HX-Reselect"] = "#banner"
    answer.headers["X-Request-Id"] = request_number()
    return answer


def request_number() -> str:
    """Eight characters by which a person and the log mean the same request."""
    if "request_number" not in g:
        g.request_number = secrets.token_hex(4)
    return g.request_number


def _keep_off_the_database() -> None:
    """What follows must not ask who is signed in when that is what failed."""
    forget_what_was_read()
    if "_login_user" not in g:
        g._login_user = login_manager.anonymous_user()


def _sentence(status: int | None) -> str:
    return {
        400: _("这个请求读不懂。请返回上一页重新填写。"),
        401: _("请先登录。"),
        403: _("你没有权限打开这一页。需要时请联系值班长。"),
        404: _("没有这一页，或者它不在你的工作范围内。"),
        405: _("这个地址不能这样打开。请从页面上的按钮或链接进入。"),
        408: _("等待太久，连接已断开。请再试一次。"),
        413: _("提交的内容太大。请减少文件或压缩图片后再试。"),
        415: _("不支持这种格式的内容。"),
        429: _("操作太频繁，请过一分钟再试。"),
        503: _("系统正忙，请稍后再试一次。"),
    }.get(status, _("这个请求没有办成。请返回上一页再试一次。"))


def _title(status: int) -> str:
    return {
        404: _("找不到"),
        403: _("不能这样做"),
        409: _("现在不能办这一步"),
        422: _("还缺内容"),
        429: _("请慢一点"),
        503: _("请稍后再试"),
        507: _("暂时不能保存"),
    }.get(status, _("出了差错") if status >= 500 else _("没有办成"))
