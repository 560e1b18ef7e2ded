"""What the law will allow once this form is received: the guards of the steps, asked before there is a case."""

from app.cases.lifecycle import offers
from app.cases.models import Case, Material
from app.cases.standing import Standing
from app.catalog.find import item, spec_of
from app.people.find import centre_of

AFTER = ("accept", "accept_tolerant", "request_correction", "refuse", "forward")


class Foreseen(Standing):
    """A case that stands nowhere yet: received, with these papers. Nothing of it is kept."""

    def __init__(self, by, item_code: str, papers: list[dict]):
        listed, centre = item(item_code), centre_of(by.office_id)
        case = Case(item_version_id=listed.version_id, state="received", centre_id=centre.id if centre else None,
                    street_id=centre.street_id if centre else by.street_id, parent_id=None)  # fmt: skip
        super().__init__(case, by)
        self.spec = spec_of(listed.version_id)
        self.materials = [_paper(line, paper) for line, paper in enumerate(papers, start=1)]
        self.tasks, self.entries, self.open_corrections, self.open_queries, self.children = [], [], [], [], []


def _paper(line: int, paper: dict) -> Material:
    # A line without a tick is not there yet.
    return Material(line=line, name=paper["name"], kind="application", form=paper["form"], required=paper["required"],
                    deferrable=paper["deferrable"], state=paper["state"] or "missing")  # fmt: skip


def foreseen(by, item_code: str, papers: list[dict]) -> list:
    """The steps after 收件 as Offers, in the order of the desk, each with None or the reason why not yet."""
    standing = Foreseen(by, item_code, papers)
    found = {one.action: one for one in offers(standing.case, by, standing)}
    return [found[action] for action in AFTER if action in found]
