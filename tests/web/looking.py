"""One page looked at in every way: axe in each light and size, the keyboard from stop to stop, what the browser complains of."""

from dataclasses import dataclass, field

from tests.conftest import EXPECTED
from tests.web.test_accessible import AXE, RULES

# how it is looked at: width, height, device pixels a pixel, light or dark
WAYS = {
    "light": (1366, 768, 1, "light"),
    "phone dark": (390, 844, 1, "dark"),
    "dark": (1366, 768, 1, "dark"),
    "phone light": (390, 844, 1, "light"),
    "200 %": (683, 384, 2, "light"),  # the desk's screen at 200 %
}
WIDE = "document.documentElement.scrollWidth - innerWidth"
SETTLED = """async () => { // drawn from its top, and no colour still on its way to another
  scrollTo(0, 0);
  for (let turn = 0; turn < 2; turn += 1) await new Promise(requestAnimationFrame);
  const moving = document.getAnimations().filter(one => one.playState === 'running' && one.effect.getComputedTiming().endTime < 2000);
  await Promise.race([Promise.all(moving.map(one => one.finished.catch(() => 0))), new Promise(done => setTimeout(done, 1000))]);
}"""
STOPS = """() => { // what Tab must reach: of a group of radio buttons one
  const groups = new Set();
  window.stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex="0"]')].filter(each => {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true}) || !each.getClientRects().length) return false;
    if (each.type !== 'radio') return true;
    const group = [...each.form?.elements ?? document.querySelectorAll('input')].filter(one => one.type === 'radio' && one.name === each.name && !one.disabled);
    if (groups.has(group[0])) return false;
    groups.add(group[0]);
    return true;
  });
  document.activeElement.blur();
  getSelection().removeAllRanges();
  return window.stops.length;
}"""
STOP = """() => { // where the keyboard is now, and what is wrong with it
  const here = document.activeElement, group = here.type === 'radio' ? one => one.type === 'radio' && one.name === here.name && one.form === here.form : () => false;
  const place = window.stops.findIndex(one => one === here || group(one));
  const name = here.outerHTML.slice(0, 120);
  if (here === document.body) return {place: -1, name};
  const frame = here.closest('.pick, .file, label') || here;
  const marked = [here, frame, here.nextElementSibling].some(one => {
    if (!one) return false;
    const look = getComputedStyle(one); return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1; });
  const boxes = [...here.getClientRects()].filter(box => box.width && box.height);
  const box = here.getBoundingClientRect();
  const points = boxes.flatMap(b => [[b.left + b.width / 2, b.top + b.height / 2], [b.left + 2, b.top + 2], [b.right - 2, b.bottom - 2], [b.left + 2, b.bottom - 2], [b.right - 2, b.top + 2]]);
  const seen = here.matches('iframe') || box.width < 4 || points.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (here.contains(top) || top.contains(here) && top !== document.body && top !== document.documentElement || frame.contains(top)); });
  return {place, name, unmarked: !marked && !here.matches('iframe'), unseen: !seen, frame: here.matches('iframe, input[type=date], input[type=datetime-local]')};
}"""


@dataclass
class Figures:
    """What one person's pages came to, in each way."""

    pages: dict = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    findings: list = field(default_factory=list)
    stops: int = 0

    def short(self, way: str, mark: str = "") -> int:
        return sum(one[1] == way and mark in one[2] for one in self.findings)


class Looker:
    """Looks at pages in one tab; what it finds lands in `figures`."""

    def __init__(self, page, figures: Figures):
        self.page, self.figures = page, figures
        self.line = page.context.new_cdp_session(page)
        self.script = AXE.read_text()
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    def look(self, url: str, ways=tuple(WAYS)) -> None:
        """The page is loaded once; size and light are changed under it, as a person turns a phone or zooms."""
        self._turn(ways[0])
        self.page.goto(url)
        self.page.evaluate(self.script)
        for way in ways:
            if way != ways[0]:
                self._turn(way)
            self.page.evaluate(SETTLED)
            said = self.page.evaluate(RULES)
            if (over := self.page.evaluate(WIDE)) > 0:
                said.append(f"scrolls sideways by {over}")
            if way in ("light", "phone dark"):
                said += self._walk()
            self.figures.findings += [(url, way, one) for one in said]
            self.figures.pages[way] += 1
        self.figures.findings += [(url, ways[0], f"the browser complains: {one}") for one in self._unexpected()]

    def _turn(self, way: str) -> None:
        width, height, scale, scheme = WAYS[way]
        self.line.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def _walk(self) -> list[str]:
        """With Tab from the top: every stop is reached, marked, and not hidden under something else."""
        expected, reached, wrong, inside = self.page.evaluate(STOPS), set(), [], 0
        for _ in range(expected + 60):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if stop.get("unmarked") or stop.get("unseen"):
                self.page.wait_for_timeout(60)  # scrolled to in its own time
                stop = self.page.evaluate(STOP)
            if stop.get("frame") and stop["place"] in reached and inside < 60:  # year, month and day of a date are stops of their own
                inside += 1
                continue
            if stop["place"] in reached:
                break
            if stop["place"] < 0:
                if len(reached) >= expected:
                    break
                continue
            reached.add(stop["place"])
            wrong += [f"focus {what}: {stop['name']}" for what in ("unmarked", "unseen") if stop[what]]
        self.figures.stops += len(reached)
        missed = set(range(expected)) - reached
        self.page.evaluate("document.activeElement.blur()")
        if missed:
            names = self.page.evaluate("(places) => places.map(one => window.stops[one].outerHTML.slice(0, 120))", sorted(missed)[:3])
            wrong.append(f"Tab does not reach {len(missed)} of {expected}: {' | '.join(names)}")
        return wrong

    def _unexpected(self) -> list[str]:
        said, self.complaints[:] = list(self.complaints), []
        return [line for line in said if not any(status in line for status in EXPECTED)]
