"""高拍仪: sheets shot by the browser's camera hang on their material line, small, straight, and safe before the form is sent."""

import io
import shutil
import subprocess

import pytest
from PIL import Image

from app.cases.models import Material
from app.documents import uploads
from app.documents.models import Upload
from app.extensions import db
from app.receive.models import Draft
from tests.conftest import BROWSER
from tests.filled import filled
from tests.receive.test_intake import PNG, begin
from tests.receive.test_intake_in_browser import sign_in
from tests.receive.test_scanner import open_intake

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def filmed(chromium, live):
    """A page whose camera shows a test picture."""
    own = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=[*BROWSER, *FAKE])
    complaints = []
    page = own.new_context(base_url=live.url, viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    sign_in(page)
    yield page
    own.close()
    assert not complaints


def kept(app):
    """The newest scan: id, content_type, size."""
    with app.app_context():
        rows = db.select(Upload.id, Upload.content_type, Upload.size).order_by(Upload.id.desc())
        return db.session.execute(rows).first()


def test_three_pages_by_keys_become_one_small_pdf_on_the_line(filmed, live, tmp_path):
    page = filmed
    open_intake(page, "MZ-006")
    page.click("[data-camera='m-0-scan']")
    page.wait_for_selector("#camera >> text=按空格")
    for count in (1, 2, 3):
        page.keyboard.press("Space")
        page.wait_for_selector(f"#camera >> text=已拍 {count} 页")
    page.keyboard.press("r")
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    assert page.locator("#camera li").count() == 3
    page.keyboard.press("Enter")
    page.wait_for_selector("td.scan a >> text=3页")
    assert page.is_hidden("#camera") and page.input_value("[name='m-0-pages']") == "3"
    assert page.evaluate("document.activeElement.dataset.camera") == "m-0-scan"
    upload = kept(live.app)
    assert upload.content_type == "application/pdf" and upload.size <= 3 * 300_000
    with live.app.app_context():
        (tmp_path / "shot.pdf").write_bytes(uploads.read(uploads.get_upload(upload.id)))
        draft = db.session.scalar(db.select(Draft))
        assert draft.data["m-0-upload_id"] == [str(upload.id)], "safe before anything is sent"
    subprocess.run(["qpdf", "--check", tmp_path / "shot.pdf"], check=True, capture_output=True)
    told = subprocess.run(["pdfimages", "-list", tmp_path / "shot.pdf"], check=True, capture_output=True, text=True).stdout
    assert told.count("jpeg") == 3
    sizes = [line.split()[3:5] for line in told.splitlines() if "jpeg" in line]
    assert sizes[2] == sizes[0][::-1] or sizes[0] != sizes[2], "the last one was turned"
    page.reload()
    assert page.is_visible("td.scan a >> text=3页")


# A grey table, a white sheet on it that fills x 20–70 % and y 10–90 %, printed with noise that no JPEG makes small.
SHEET = """async () => {
  const table = sheets.canvas(3000, 2000), brush = table.getContext("2d");
  brush.fillStyle = "#777"; brush.fillRect(0, 0, 3000, 2000);
  brush.fillStyle = "#fff"; brush.fillRect(600, 200, 1500, 1600);
  for (let n = 0; n < 60000; n += 1) { brush.fillStyle = `hsl(${n % 360} 90% ${n % 90}%)`; brush.fillRect(650 + (n * 7919) % 1400, 250 + (n * 104729) % 1500, 6, 6); }
  const found = sheets.corners(table), cut = sheets.straight(table, 1, found), made = await sheets.small(cut);
  return [found, [cut.width, cut.height], made.bytes.length];
}"""


def test_one_page_is_a_jpeg_cut_to_its_edge_turned_and_made_small(filmed, live):
    open_intake(filmed, "MZ-006")
    filmed.click("[data-camera='m-1-scan']")
    filmed.wait_for_selector("#camera >> text=按空格")
    filmed.keyboard.press("Space")
    filmed.wait_for_selector("#camera >> text=已拍 1 页")
    filmed.keyboard.press("Enter")
    filmed.wait_for_selector("td.scan a >> text=.jpg")
    upload = kept(live.app)
    with live.app.app_context():
        assert Image.open(io.BytesIO(uploads.read(uploads.get_upload(upload.id)))).format == "JPEG" and upload.size <= 300_000
    found, size, length = filmed.evaluate(SHEET)
    assert sum(found, []) == pytest.approx([0.2, 0.1, 0.7, 0.1, 0.7, 0.9, 0.2, 0.9], abs=0.01)
    assert size[0] > size[1] and size[0] == pytest.approx(1600, abs=60), "turned once, the long side lies"
    assert length <= 300_000


# A sheet that lies askew and is seen aslant: red, green, blue and black at its corners.
ASLANT = """() => {
  const table = sheets.canvas(1600, 1200), brush = table.getContext("2d"), at = [[420, 160], [1330, 300], [1210, 1060], [240, 900]];
  brush.fillStyle = "#665"; brush.fillRect(0, 0, 1600, 1200);
  brush.fillStyle = "#fff"; brush.beginPath(); at.forEach(([x, y], n) => brush[n ? "lineTo" : "moveTo"](x, y)); brush.fill();
  const middle = [at.reduce((sum, [x]) => sum + x, 0) / 4, at.reduce((sum, [, y]) => sum + y, 0) / 4];
  at.forEach(([x, y], n) => { brush.fillStyle = ["#f00", "#0f0", "#00f", "#000"][n]; brush.fillRect(x + (middle[0] - x) * .12 - 20, y + (middle[1] - y) * .12 - 20, 40, 40); });
  const four = sheets.corners(table), flat = sheets.straight(table, 0, four), look = flat.getContext("2d");
  const seen = [[.06, .06], [.94, .06], [.94, .94], [.06, .94], [.5, .5], [.01, .01], [.99, .99]].map(([x, y]) => [...look.getImageData(x * flat.width, y * flat.height, 1, 1).data.slice(0, 3)].map(part => Math.round(part / 255)).join(""));
  return [four.flatMap(([x, y]) => [x * 1600, y * 1200]), seen];
}"""


def test_a_sheet_that_lies_askew_is_flattened(filmed):
    open_intake(filmed, "MZ-006")
    four, seen = filmed.evaluate(ASLANT)
    assert four == pytest.approx([420, 160, 1330, 300, 1210, 1060, 240, 900], abs=12)
    assert seen == ["100", "010", "001", "000", "111", "111", "111"]


def test_the_corners_are_put_right_by_keys(filmed):
    open_intake(filmed, "MZ-006")
    filmed.click("[data-camera='m-1-scan']")
    filmed.wait_for_selector("#camera >> text=按空格")
    filmed.keyboard.press("Space")
    filmed.wait_for_selector("#camera >> text=已拍 1 页")
    size = "() => { const it = document.querySelector('#camera li canvas'); return [it.width, it.height]; }"
    before = filmed.evaluate(size)
    filmed.keyboard.press("e", delay=50)
    filmed.wait_for_selector("[data-corners]:not([hidden])")
    assert filmed.evaluate("document.activeElement.dataset.corner") == "0"
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Tab", "ArrowDown", "ArrowDown", "ArrowDown"):
        filmed.keyboard.press(key if key == "Tab" else f"Shift+{key}", delay=50)
    filmed.keyboard.press("Enter", delay=50)
    assert filmed.is_hidden("[data-corners]") and filmed.evaluate("'shoot' in document.activeElement.dataset")
    after = filmed.evaluate(size)
    assert after[0] / after[1] > before[0] / before[1] * 1.05, "nine hundredths were cut off at the top"
    filmed.keyboard.press("Enter")
    filmed.wait_for_selector("td.scan a >> text=.jpg")


def test_only_the_intake_may_use_the_camera(desk):
    clerk = desk.sign_in("wf-01.clerk")
    assert "camera=(self)" in clerk.fetch(begin(clerk, "MZ-006")).headers["Permissions-Policy"]
    assert "camera=()" in clerk.fetch("/desk").headers["Permissions-Policy"]


def test_a_scan_sent_ahead_belongs_to_the_case_and_a_bad_one_says_so(desk, app):
    clerk = desk.sign_in("wf-01.clerk")
    address = begin(clerk, "MZ-006")
    scans = f"/desk/drafts/{address.split('draft=')[1]}/scans"
    bad = clerk.post(scans, {"m-0-scan": (io.BytesIO(b"no picture"), "a.png")}, page=address, expect=200, part=True)
    assert "只能" in bad.get_data(as_text=True)
    clerk.post(scans, {"m-0-scan": (io.BytesIO(PNG), "身份证.png")}, page=address, expect=200, part=True)
    page = clerk.get(address)
    assert "身份证.png" in page.select_one("#m-0-upload_id").find_parent("td").get_text()
    clerk.post(address, filled(page))
    with app.app_context():
        assert db.session.scalar(db.select(Material.upload_id).filter_by(line=1)) == kept(app).id


def test_a_picture_among_the_answers_is_kept_when_something_else_is_wrong(desk, app):
    grid = desk.sign_in("wf-01.clerk")
    address = begin(grid, "WG-001")
    page = grid.get(address)
    name = page.select_one("#intake-form .field.image input")["name"]
    picture = {name: (io.BytesIO(PNG), "现场.png")}
    said = grid.post(address, filled(page, phone="12") | picture, expect=422).get_data(as_text=True)
    assert f"{name}-kept" in said and "已保存" in said
    page = grid.get(address)
    assert page.select_one(f"[name={name}-kept]")["value"] == str(kept(app).id)
    case = grid.post(address, filled(page)).location
    with app.app_context():
        assert db.session.scalar(db.select(Upload.case_id)) and case
