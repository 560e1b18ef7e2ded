"""收件 → 流转 → 办理 → 反馈: where a case is on the chain, since when, in whose hands, until when. Pure."""

from collections.abc import Callable, Iterable

from app.cases.models import Case, JournalEntry, Task

WORDS = ("收件", "流转", "办理", "反馈")
AT = {  # which link a state stands on; 4 is past the last one
    "new": 0, "received": 0, "correction": 0, "accepted": 1, "forwarded": 1, "processing": 2, "decided": 3, "ready": 3,
    "delivered": 4, "archived": 4,
}  # fmt: skip
CLOCKS = (("correction", "intake"), ("transfer", "ack"), ("promise",), ("collect", "delivery"))  # of each link
STOPPED = ("not_accepted", "withdrawn", "revoked", "terminated")
LIVE = ("waiting", "open", "claimed")


def rail(case: Case, entries: Iterable[JournalEntry], tasks: Iterable[Task], runs: Iterable,
         name_of: Callable[[str], str]) -> list[dict]:  # fmt: skip
    """Four dicts {word, state, since, holder, until, tentative} as ui.rail draws them.

    `entries` in order, `runs` as in clockwork.Face.runs, `name_of` an office's name by its id. The holder is an
    office, never a person: the same drawing goes to residents.
    """
    entries, tasks = list(entries), list(tasks)
    here = _here(case, entries)
    stopped = case.state in STOPPED
    begun = _begun(case, entries)
    centre = name_of(case.centre_id)
    holders = (centre, _carrier(case, tasks, name_of) or centre, _workers(tasks, name_of), centre)
    limits = _limits(runs)
    links = []
    for place, word in enumerate(WORDS):
        state = "stopped" if stopped and place == here else "done" if place < here else "todo"
        if place == here and not stopped:
            state = "now"
        link = {"word": word, "state": state, "since": None, "holder": None, "until": None, "tentative": False}
        if place <= here:
            link |= {"since": begun[place], "holder": holders[place]}
        if state in ("now", "todo") and not stopped:
            link |= limits[place]
        links.append(link)
    return links


def _here(case: Case, entries: list[JournalEntry]) -> int:
    if case.state not in STOPPED:
        return AT[case.state]
    ended = next((e for e in reversed(entries) if e.to_state == case.state and e.from_state != case.state), None)
    return min(AT.get(ended.from_state, 0), 3) if ended else 0


def _begun(case: Case, entries: list[JournalEntry]) -> tuple:
    """The moment each link began; the way to the office begins with acceptance, or with the paper's own leaving."""
    first = {}
    for entry in entries:
        if entry.to_state != entry.from_state:
            first.setdefault(entry.to_state, entry.at)
    way = first.get("accepted") or first.get("forwarded")
    return case.received_at, way, first.get("processing") or way, first.get("decided")


def _carrier(case: Case, tasks: list[Task], name_of: Callable) -> str | None:
    """Where it is on its way to; after it was taken up, whoever took it up first."""
    towards = sorted((task for task in tasks if task.state != "cancelled"), key=lambda task: (task.stage, task.id))
    return name_of(towards[0].office_id) if towards else None


def _workers(tasks: list[Task], name_of: Callable) -> str | None:
    live = [task for task in tasks if task.state in LIVE]
    stage = min((task.stage for task in live), default=None)
    now = [task for task in live if task.stage == stage] or [task for task in tasks if task.last]
    return "、".join(dict.fromkeys(name_of(task.office_id) for task in now)) or None


def _limits(runs: Iterable) -> tuple:
    """The due date of each link, from the clocks that run now, and whether it is tentative 暂定."""
    running = {run.kind: run for run in runs if run.stopped_on is None}
    found = (next((running[kind] for kind in kinds if kind in running), None) for kinds in CLOCKS)
    return tuple({"until": run.due_on, "tentative": run.tentative} if run else {} for run in found)
