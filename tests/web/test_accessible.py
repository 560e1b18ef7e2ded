"""axe-core reads every main page as WCAG 2.2 AA asks, light and dark, at the desk's width and a phone's."""

import pytest

from app.jobs.demo import PASSWORD
from tests.desk import Desk
from tests.house.test_house import HOUSE
from tests.receive.test_known import begin, filled

AXE = HOUSE / "static" / "vendor" / "axe-4.10.3.min.js"
RULES = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})).violations
  .map(found => `${found.id}: ${found.nodes.length} × ${found.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`)"""
WAYS = [(1366, 768, "light"), (1366, 768, "dark"), (390, 844, "light"), (390, 844, "dark")]
OF = {
    "wf-01.clerk": ["/desk", "/desk/receive", "INTAKE", "/desk/find?q=gljt", "CASE", "CASE/accept", "CASE/request-correction", "CASE/ledger",
                    "CASE/refuse", "/desk/slips", "/desk/slips/new?all=1", "/desk/visits", "/password"],
    "civil_affairs.officer": ["/office"],
    "wf-01.supervisor": ["/oversight"],
    "": ["/", "/status", "/guides", "/guides/MZ-001", "/centres", "/verify", "/login", "/kiosk", "/hall/display/wf-01"],
}  # fmt: skip


@pytest.mark.parametrize("login", OF, ids=lambda login: login or "resident")
def test_axe_finds_nothing(browser, live, login):
    clerk = Desk(live.app).sign_in("wf-01.clerk")
    address = begin(clerk, "MZ-001")
    case = clerk.post(address, filled(clerk.get(address))).location.split("?")[0]
    intake = begin(clerk, "MZ-001")
    found = []
    for width, height, scheme in WAYS:
        page = browser(width=width, height=height, color_scheme=scheme)
        if login:
            sign_in_as(page, login)
        for wanted in OF[login]:
            page.goto(wanted.replace("INTAKE", intake).replace("CASE", case))
            page.evaluate(AXE.read_text())
            found += [f"{wanted} {width} {scheme} {said}" for said in page.evaluate(RULES)]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found.append(f"{wanted} {width} scrolls sideways by {wide}")
        page.context.close()
    assert not found, "\n".join(sorted(found))


def sign_in_as(page, login: str) -> None:
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
