"""What a stranger had typed into a case runs nowhere: every page that shows it, looked at in Chromium."""

from app.extensions import one_transaction
from app.people import sessions
from app.people.find import user_by_login
from app.receive import actions as receive
from app.receive import drafts
from tests import backoffice, sample
from tests.hostile import MARK

LIVE = (
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"'onmouseover='{MARK}()' autofocus onfocus='{MARK}()",
    f"</textarea><svg onload={MARK}()>", f"javascript:{MARK}()", f"</title><script>{MARK}()</script>", f"{{{{{MARK}()}}}}",
)  # fmt: skip
CLERK = "wf-01.clerk"


def plant(n: int, text: str) -> tuple[str, str]:
    """A case and a draft with the text wherever a person may type."""
    spec, by = backoffice.current_spec("CG-002"), sample.actor(CLERK)
    who = sample.applicant(n, sample.kind_of(spec), text[:80], residence_address=text, household_address=text)
    answers = sample.answers(spec) | {field.key: text for field in spec.fields if field.type in ("text", "textarea", "address")}
    ticks = [tick | {"remark": text} for tick in sample.everything(spec)]
    case = receive.receive(by, f"hostile-{n}", "CG-002", who, ticks, answers)
    draft = drafts.open_draft(by, "CG-002")
    drafts.save_draft(draft.id, by, {"applicant_name": [text], "residence_address": [text], "m-0-remark": [text]})
    return case.case_no, draft.id


def test_no_stored_script_runs_on_any_page_that_shows_it(browser, live):
    with live.app.app_context():
        planted = [plant(n, text) for n, text in enumerate(LIVE, 1)]
        with one_transaction():
            token = sessions.open_session(user_by_login(CLERK).id)
    client = live.app.test_client()
    with client.session_transaction() as session:
        session["sid"] = token
    page = browser()
    page.context.add_cookies([{"name": "desk", "value": client.get_cookie("desk").value, "url": live.url}])
    page.add_init_script(f"window.ran = 0; window.{MARK} = () => {{ window.ran += 1; }};")
    urls = ["/desk", "/desk/ledger", "/desk/receive"]
    for case_no, draft in planted:
        urls += [f"/desk/cases/{case_no}", f"/desk/receive?draft={draft}", f"/desk/cases/{case_no}/accept"]
    for url in urls:
        answer = page.goto(url)
        assert answer.status < 500, url
        page.mouse.move(400, 300)
        assert page.evaluate("window.ran") == 0, f"{url} ran what was stored"
        assert page.evaluate("document.querySelectorAll('script:not([src]), img[src=x], svg[onload]').length") == 0, url
