"""S1 in figures: every address × every role and nobody × what is their own and what is another's, on both databases.

`house/test_access.py` asks for one foreign case at each address, and that asking changes nothing; here all cases are asked for by everybody,
opened and sent to, and every answer is searched for names, case numbers, slips and documents of those that it may not know of.
"""

import logging
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.canaries import RESIDENTS, Browser, Canary, address
from tests.databases import Databases
from tests.deep._house import DATABASES
from tests.house.test_access import CURIOUS, PEOPLE, House, _search, carried, leaks, of_a_case

ENOUGH = 10_000  # requests on each database
SHUT = (403, 404)
TO_THE_DOOR = (303, 400, 401)  # nobody; 400: a form without a session's token
NOT_A_PAGE = ("/readyz", "/metrics")


def main() -> Iterator[tuple[str, object, bool]]:
    logging.getLogger("app").setLevel(logging.CRITICAL)  # refusals, thousands of them
    for kind in DATABASES:
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "shared").mkdir()
            (Path(place) / "data").mkdir()
            with Databases(Path(place) / "shared").fresh(kind, Path(place) / "data") as app:
                yield from _matrix(kind, House(app))


def _matrix(kind: str, house: House) -> Iterator[tuple[str, object, bool]]:
    asked, wrong, leaked = Counter(), [], []
    for login, browser in {**house.browsers, "": house.nobody}.items():
        before = asked.total()
        for method, url, bird, rule in _questions(house, login, browser):
            foreign = bird is not None and not bird.known_to(login) if login else bird is not None
            answer = browser.ask(method, url, **({"data": {"csrf_token": browser.token(), "role": "admin"}} if method == "POST" else {}))
            asked["foreign" if foreign else "own" if bird else "of no case"] += 1
            asked["5xx"] += answer.status_code >= 500
            shut = answer.status_code in SHUT or not login and answer.status_code in TO_THE_DOOR
            if foreign and of_a_case(rule) and not shut:
                wrong.append((login or "nobody", method, url, answer.status_code))
            strange = house.strangers(login) if login else house.birds
            if found := leaks(_read(answer), strange, given=url):
                leaked.append((login or "nobody", method, url, found))
        print(f"access: {kind}: {login or 'nobody'}: {asked.total() - before} requests", flush=True)
    for one in (*wrong[:20], *leaked[:20]):
        print(f"access: {kind}: {one}")
    requests = asked.total() - asked["5xx"]
    gets, posts = len(house.pages["GET"]), len(house.pages["POST"])
    yield f"{kind}: addresses to open and to send to × people", f"{gets} + {posts} × {len(PEOPLE) + 1}", True
    yield f"{kind}: pairs of an address and a person", (gets + posts) * (len(PEOPLE) + 1), True
    yield f"{kind}: requests (own, another's, of no case)", f"{requests} ({asked['own']}, {asked['foreign']}, {asked['of no case']})", requests >= ENOUGH
    yield f"{kind}: another's case that answered", len(wrong), not wrong
    yield f"{kind}: answers that name what is another's", len(leaked), not leaked
    yield f"{kind}: 5xx", asked["5xx"], not asked["5xx"]


def _read(answer):
    """A sheet as it is read: among its compressed bytes any three may happen to be a name."""
    if answer.data.startswith(b"%PDF-"):
        answer.data = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout
    return answer


def _questions(house: House, login: str, browser: Browser) -> Iterator[tuple[str, str, Canary | None, object]]:
    """(method, address, the case it names or None, the rule). Nothing is sent to one's own case: it would move."""
    for rule in house.pages["GET"]:
        if rule.rule.startswith((*RESIDENTS, *NOT_A_PAGE)) or carried(rule, login) or rule.endpoint.endswith(".logout"):
            continue
        if of_a_case(rule):
            yield from (("GET", address(house.app, rule, bird), bird, rule) for bird in house.birds)
        elif not (login == "service_admin.courier" and rule.endpoint.startswith("custody.")):
            strange = house.strangers(login) if login else house.birds
            yield from (("GET", address(house.app, rule) + query, None, rule) for query in ("", CURIOUS + _search(strange)))
    for rule in house.pages["POST"]:
        if of_a_case(rule) and not carried(rule, login):
            yield from (("POST", address(house.app, rule, bird), bird, rule) for bird in house.birds if not login or not bird.known_to(login))
