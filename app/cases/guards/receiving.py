"""The window: may this desk accept, are the papers complete, is a limit over."""

from flask_babel import gettext as _

from app.cases.guards import OVER, WINDOWS, Reason, names_of
from app.cases.standing import Standing
from app.moments import now, today


def desk_may_accept(s: Standing) -> Reason:
    if s.spec.desk_authority == "receive" and s.by.centre_id == s.case.centre_id and s.by.office_kind in WINDOWS:
        return _("本窗口对该事项只有收件权，由%(office)s受理", office=s.authority.name)
    return None


def complete(s: Standing) -> Reason:
    """许可法 32(5): complete, or all that a correction asked for is in."""
    if s.missing:
        return _("还缺：%(papers)s。可容缺受理或一次性告知", papers=names_of(s.missing))
    if s.open_corrections:
        return _("补正材料未收齐：%(papers)s", papers=names_of(s.open_corrections))
    return None


def only_deferrable_missing(s: Standing) -> Reason:
    hard = [paper for paper in s.missing if not paper.deferrable]
    if hard:
        return _("%(papers)s不在可容缺范围，须补正", papers=names_of(hard))
    blocking = [line for line in s.open_corrections if line.material_id not in {p.id for p in s.missing}]
    if blocking:
        return _("补正内容未收齐：%(papers)s", papers=names_of(blocking))
    return None if s.missing else "材料已齐，直接受理即可"


def something_to_supplement(s: Standing) -> Reason:
    return None if s.missing or s.open_corrections else "没有待补的材料"


def correction_not_yet_used(s: Standing) -> Reason:
    """One complete notice, once (许可法 32(4)); a second one needs a supervisor."""
    if s.case.state == "correction" and not s.by.may("override"):
        return "已一次性告知过；第二次告知须值班长批准并写明理由"
    return None


def window_is_over(s: Standing) -> Reason:
    run = s.face.running("correction")
    if run is None:
        return "补正材料已收齐，应当受理" if not s.open_corrections else "补正期限未在计时"
    if run.due_on >= today():
        return _("补正期限到 %(day)s 才届满", day=run.due_on.isoformat())
    return None


def withdrawal_was_proposed(s: Standing) -> Reason:
    run = s.face.running("correction")
    return None if run and run.mark == OVER else "须先发出补正提醒，期满后由系统提出"


def reminded_of(clock: str):
    """Nothing lapses before the applicant was reminded of it."""

    def check(s: Standing) -> Reason:
        run = s.face.running(clock)
        return None if run and run.mark else "还没有提醒过申请人"

    return check


def reminded_before_today(clock: str):
    """A consequence never comes on the day on which the reminder really went out, whatever day it was made up for."""

    def check(s: Standing) -> Reason:
        run = s.face.running(clock)
        said = (entry for entry in reversed(s.entries) if entry.action == "remind" and entry.facts.get("about") == clock)
        last = next(said, None)
        if run and run.mark and last and last.at.date() >= now().date():
            return "今天才提醒申请人，明天起才能办"
        return reminded_of(clock)(s)

    return check


def five_days_over(s: Standing) -> Reason:
    """许可法 32(4): not told within five working days is accepted, from the day of receipt."""
    run = s.face.running("intake")
    if run is None or run.due_on >= today():
        return "五个工作日的告知期限未满"
    return None
