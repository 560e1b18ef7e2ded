"""A scanner and an ID reader type faster than anybody: every burst is read, none of it stays in a field."""

import random
import re

import pytest
from stdnum.iso7064 import mod_37_36

from app.cases.numbering import random_code, with_check
from tests.receive.keys import Keyboard
from tests.receive.test_intake_in_browser import sign_in
from tests.sample import id_number

WATCH = """() => {
  window.read = []; window.missed = 0;
  document.addEventListener("desk:read", (event) => window.read.push(event.detail.kind));
  document.addEventListener("desk:missed", () => { window.missed += 1; });
}"""
HERE = "() => [window.read.length, window.missed]"
WRITES = "() => document.activeElement.matches('textarea, input:is([type=text], [type=search], :not([type]))')"
TYPED = """() => [location.href, ...[...document.querySelectorAll('input, textarea, select')].filter(e => !['hidden', 'file'].includes(e.type))
  .map(e => ['checkbox', 'radio'].includes(e.type) ? e.checked : e.value)].join('\u0001')"""


def scanner(dice: random.Random):
    return lambda: dice.uniform(5, 10)


def hand(dice: random.Random):
    return lambda: dice.uniform(60, 200)


def codes(dice: random.Random) -> list[str]:
    """What a scanner at the desk reads; nothing of it is known to this desk, so that the page stays."""
    case = with_check(f"522701001261203{dice.randrange(10**5):05d}")
    assert mod_37_36.is_valid(case)
    code = random_code()
    return [case, with_check(f"J261203{dice.randrange(10**4):04d}"), code, f"http://localhost/verify/{code}"]


@pytest.fixture
def counter(browser, live):
    """Signed in, a scan answered with “nothing new” so that the page under test stays."""
    page = browser()
    sign_in(page)
    page.route(re.compile(r"/desk/find\?q=.+"), lambda route: route.fulfill(status=204))
    return page


def open_intake(page, code: str = "MZ-001") -> str:
    page.goto("/desk/receive")
    page.click(f"button[value={code}]")
    page.wait_for_url("**draft=*")
    return page.url


FOCUSES = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .map((each, place) => [each, place]).filter(([each]) => each.offsetParent !== null && !each.disabled)
  .map(([, place]) => place)"""
FOCUS = """place => { const each = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')][place];
  if (each) each.focus(); else document.activeElement.blur(); }"""


def test_a_scan_is_read_in_every_page_at_every_focus_and_leaves_no_text(counter, live):
    dice = random.Random(5)
    page, keys = counter, Keyboard(counter)
    intake = open_intake(page)
    pages = ["/desk", "/desk/receive", intake, "/desk/find?q=", "/desk/papers", "/desk/visits", "/password", "/desk/slips/new"]
    read = 0
    for number, address in enumerate(pages):
        page.goto(address)
        page.evaluate(WATCH)
        places = page.evaluate(FOCUSES)
        chosen = [-1] + dice.sample(places, min(len(places), 24)) if len(places) > 24 else [-1, *places]
        chosen = (chosen * 25)[:25]
        texts = codes(dice) + ([id_number(dice.randrange(10**4))] if address != intake else [])
        for place in chosen:
            page.evaluate(FOCUS, place)
            composing = page.evaluate(WRITES) and dice.random() < 0.6  # an input method only wakes where one can write
            before = page.evaluate(TYPED)
            keys.type(dice.choice(texts) + "\n", scanner(dice), composing)
            read += 1
            page.wait_for_function(f"() => window.read.length + window.missed >= {read - 25 * number}", polling=10)
            assert page.evaluate(HERE) == [read - 25 * number, 0], (address, place)
            assert page.evaluate(TYPED) == before, (address, place)
    assert read == 200


def test_a_person_at_the_keyboard_is_never_taken_for_a_scanner(counter):
    dice = random.Random(6)
    page, keys = counter, Keyboard(counter)
    open_intake(page)
    page.evaluate(WATCH)
    for number in range(20):
        field = dice.choice(["phone", "residence_address", "f_account", "f_emergency_contact", "applicant_name"])
        words = dice.choice([id_number(number), "13800000001", "J2612030001A", "6222021234567890128"])
        page.fill(f"[name={field}]", "")
        page.focus(f"[name={field}]")
        keys.type(words + "\n", hand(dice))
        page.wait_for_timeout(5)
        assert page.input_value(f"[name={field}]") == words
    page.wait_for_timeout(60)
    assert page.evaluate(HERE) == [0, 0]


RECORDS = [
    "张小三|男|汉|19540101|贵州省都匀市文峰街道示例路1号|{id}|都匀市公安局|20200101-长期",
    "张小三,男,汉族,1954年1月1日,贵州省都匀市文峰街道示例路1号,{id}",
    "张小三\t男\t汉\t19540101\t贵州省都匀市文峰街道示例路1号\t{id}",
    "张小三\n男\n汉\n19540101\n贵州省都匀市文峰街道示例路1号\n{id}",
    "姓名:张小三;性别:男;民族:汉;出生:19540101;住址:贵州省都匀市文峰街道示例路1号;公民身份号码:{id}",
    "\\u5F20\\u5C0F\\u4E09|\\u7537|\\u6C49|19540101|\\u8D35\\u5DDE\\u7701\\u90FD\\u5300\\u5E02\\u6587\\u5CF0\\u8857\\u9053\\u793A\\u4F8B\\u8DEF1\\u53F7|{id}",
    '{{"name":"张小三","sex":"男","address":"贵州省都匀市文峰街道示例路1号","idNumber":"{id}"}}',
    f"{'张小三':　<15}10119540101{'贵州省都匀市文峰街道示例路1号': <35}{{id}}都匀市公安局".replace("　", " "),
]


@pytest.mark.parametrize("record", RECORDS, ids=range(len(RECORDS)))
def test_the_card_in_the_reader_fills_the_person(counter, record):
    dice = random.Random(7)
    page, keys = counter, Keyboard(counter)
    open_intake(page)
    page.evaluate(WATCH)
    page.focus("[name=f_emergency_contact]")
    keys.type(record.format(id=id_number(4)) + "\n", scanner(dice))
    page.wait_for_function("() => window.read.length + window.missed >= 1")
    assert page.input_value("[name=id_number]") == id_number(4)
    assert page.input_value("[name=applicant_name]") == "张小三"
    assert page.input_value("[name=household_address]") == "贵州省都匀市文峰街道示例路1号"
    assert page.input_value("[name=f_emergency_contact]") == ""
    assert page.evaluate("document.activeElement.name") == "phone"


def test_a_record_that_comes_in_two_halves_on_a_starved_computer_is_one_record(counter):
    """The second half arrives half a second late, with the moments at which its keys were pressed."""
    page, keys = counter, Keyboard(counter)
    open_intake(page)
    page.evaluate(WATCH)
    page.focus("[name=f_emergency_contact]")
    first, second = "张小三\n男\n汉\n19540101\n", f"贵州省都匀市文峰街道示例路1号\n{id_number(4)}\n"
    keys.type(first, lambda: 7)
    page.wait_for_function("() => window.missed === 1")
    at = keys.at
    for sign in second:  # Keyboard.type would begin a new burst
        at += 0.007
        keys.at = at
        keys._key(sign, False)
    page.wait_for_function("() => window.read.length === 1")
    assert page.input_value("[name=id_number]") == id_number(4) and page.input_value("[name=applicant_name]") == "张小三"
    assert page.input_value("[name=f_emergency_contact]") == ""


def test_a_scan_that_stops_on_its_way_for_longer_than_keys_are_held_back_is_one_scan(counter):
    """At a link quick keys are held back, but not for ever: they are done after all, and then the rest of the scan arrives."""
    page, keys = counter, Keyboard(counter)
    page.goto("/desk/papers")
    page.evaluate(WATCH)
    page.focus("a.brand")
    number = codes(random.Random(8))[0]
    keys.type(number[:11], lambda: 7)
    page.wait_for_timeout(1500)
    for sign in number[11:] + "\n":  # Keyboard.type would begin a new burst
        keys.at += 0.007
        keys._key(sign, False)
    page.wait_for_function("() => window.read.length + window.missed >= 1")
    assert page.evaluate(HERE) == [1, 0]


def test_a_scan_that_nobody_understands_beeps_and_changes_nothing(counter):
    page, keys = counter, Keyboard(counter)
    open_intake(page)
    page.evaluate(WATCH)
    page.evaluate("""() => { window.beeps = 0; const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...at) { window.beeps += 1; return start.apply(this, at); }; }""")
    page.fill("[name=applicant_name]", "陈阿婆")
    wrong = id_number(3)[:-1] + ("1" if id_number(3)[-1] != "1" else "2")
    for number, text in enumerate(["6901234567892", wrong, "522701001261203000011"], start=1):
        keys.type(text + "\n", lambda: 7)
        page.wait_for_function(f"() => window.missed === {number}")
    assert page.evaluate("window.beeps") == 3 and page.evaluate("window.read.length") == 0
    assert page.input_value("[name=applicant_name]") == "陈阿婆" and page.input_value("[name=id_number]") == ""
    assert "没有认出" in page.text_content("#banner")


def test_a_scan_leads_to_what_bears_the_number(browser, live):
    page = browser()
    sign_in(page)
    page.goto("/desk/slips")
    keys = Keyboard(page)
    keys.type(id_number(9) + "\n", lambda: 8)
    page.wait_for_url(f"**/desk/find?q={id_number(9)}")


def test_two_fingers_rolled_over_the_keys_lose_nothing(counter):
    """有 缺 有 pressed as one movement: no scan follows, and each key has done its work."""
    page, keys = counter, Keyboard(counter)
    open_intake(page)
    page.evaluate(WATCH)
    ticked = "() => [0, 1, 2].map(line => document.querySelector(`[name='m-${line}-state']:checked`)?.value)"
    page.focus("[name='m-0-state'] >> nth=0")
    keys.type("121", lambda: 12)
    page.wait_for_function(f"() => String(({ticked})()) === 'held,missing,held'")
    page.focus("[name='m-0-state'] >> nth=0")
    keys.type("21", lambda: 12)
    keys.type("2", lambda: 80)
    page.wait_for_function(f"() => String(({ticked})()) === 'missing,held,missing'")
    assert page.evaluate(HERE) == [0, 0]
