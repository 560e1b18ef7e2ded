"""What no honest person types, and where it could do harm; used by the short and by the long fuzz."""

import re
from urllib.parse import quote

from bs4 import BeautifulSoup

from tests.canaries import address, rules

MARK = "zq9"  # stands in every value that could come back as markup
VALUES = (
    "", " ", "\0", f"{MARK}\0b", "\ud800", "\u202e" + MARK + "\u202c", "\u200b\u200d\ufeff", "\x1b[31m\x07\x08", "\r\n" + MARK,
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"'onmouseover='{MARK}()", f"javascript:{MARK}()",
    f"</textarea><svg onload={MARK}()>", "{{7*191}}", "${7*191}", "{% raw %}", "#{7*191}", "%7B%7B7*191%7D%7D",
    "' OR '1'='1", "1; DROP TABLE \"case\"; --", "1 UNION SELECT NULL,NULL--", "\\", "%", "_", "%00", "%s%s%n", "{0}",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0",
    "../../../etc/passwd", "..\\..\\x", "file:///etc/passwd", "//evil.example", "http://169.254.169.254/", "/dev/zero",
    "0", "-1", "1e309", "NaN", "9" * 400, "99999999999999999999", "-9223372036854775809", "0x10", "１２３４５６", "٣",
    "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-13-01", "１９９０－０１－０１", "-0001-01-01",
    "５２９９９９１９９００１０１００１Ｘ", "529999199001010", "null", "undefined", "[]", '{"a":1}', "true", "on",
    "é" * 300, "e\u0301" * 50, "𪚥𠮷👩‍👩‍👧‍👦", "\U000e0041", "长" * 5000,
)  # fmt: skip
LONG = "长" * 200_000
SEGMENTS = ("%00", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "%3Cscript%3Ezq9()%3C%2Fscript%3E", "%27%20OR%201=1--", "9" * 300,
            "-1", "0", "１", "%E2%80%AE", "%7B%7B7*191%7D%7D", "x" * 3000, "%0d%0aSet-Cookie:a=b", "%25", ";", "null")  # fmt: skip
TRACES = ("Traceback (most recent", "sqlalchemy.", "psycopg", "sqlite3.", "site-packages", 'File "/', "werkzeug.exceptions")


def judged(answer, what) -> list[str]:
    """What is wrong with an answer to something hostile; empty when nothing is."""
    wrong = []
    if answer.status_code >= 500:
        wrong.append(f"{answer.status_code} for {what}")
    if answer.headers.get("Location", "/").startswith(("//", "/\\", "http://evil", "http://169", "javascript")):
        wrong.append(f"sent elsewhere: {answer.headers['Location'][:80]} for {what}")
    if "html" in (answer.mimetype or ""):
        text = answer.get_data(as_text=True)
        wrong += [f"{trace} on the page for {what}" for trace in TRACES if trace in text]
        if "1337" in text and "7*191" in str(what):
            wrong.append(f"computed for {what}")
        if MARK in text:
            wrong += [f"{bad} for {what}" for bad in alive(text)]
    return wrong


def alive(text: str) -> list[str]:
    """Markup of ours in a page that a browser would run."""
    page = BeautifulSoup(text, "html.parser")
    found = [str(one)[:80] for one in page.select("script:not([src]), svg[onload], img[onerror]")]
    found += [str(one)[:80] for one in page.find_all(True) if any(a.startswith("on") for a in one.attrs)]
    return found + [str(one)[:80] for one in page.select("[href^='javascript:' i], [src^='javascript:' i]")]


def forms_of(answer) -> list[tuple[str, dict]]:
    """(address, fields as a browser would send them) of every form that changes something."""
    page = BeautifulSoup(answer.data, "html.parser")
    found = []
    for form in page.select("form[method=post]"):
        fields = {}
        for control in form.select("[name]"):
            options = control.select("option[value]")
            fields[control["name"]] = options[-1]["value"] if options else control.get("value", "")
        found.append((form["action"], fields))
    return found


def url_of(app, rule, segment: str, bird=None) -> str:
    """The address with one hostile segment in each hole, written as it would stand on the wire."""
    return re.sub(r"<(?:[^<>:]+:)?[^<>]+>", segment, rule.rule)


def with_parameters(app, rule, bird, value: str) -> str:
    names = ("q", "after", "case", "to", "state", "item", "poll", "seen", "next", "draft", "page", "day", "from", "office", "lang")
    joined = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name in names)
    return f"{address(app, rule, bird)}?{joined}"


def more_addresses(bird) -> list[str]:
    """Pages that are another page with something after the question mark."""
    return [f"/desk/receive?draft={bird.args['draft_id']}", f"/desk/slips/new?case={bird.args['case_no']}&all=1"]


def pages(app, method="GET") -> list:
    return [rule for rule in rules(app, method) if rule.rule not in ("/readyz", "/healthz", "/metrics")]
