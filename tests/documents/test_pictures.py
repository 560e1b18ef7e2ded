"""What becomes of a picture that is handed in: the same to look at, upright, and nothing else in it."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from app.documents import uploads
from app.documents.models import Upload
from app.documents.pictures import TYPES, drawn_anew
from app.extensions import db
from tests import sample

SECRET = b"geheim 26.26N 107.51E"
NO_PICTURE, TOO_LARGE = "只能上传 JPG、PNG 或 PDF 文件，这个文件不是。", "图片的像素太多，请缩小后再上传。"


def page(mode: str = "RGB", size: tuple = (1240, 1754)) -> Image.Image:
    """Something like a sheet: white, with soft and hard edges."""
    made = Image.new("L", size, 255)
    made.paste(Image.radial_gradient("L").resize((size[0] // 2, size[1] // 3)), (size[0] // 4, size[1] // 8))
    for line in range(20):
        made.paste(0, (size[0] // 10, size[1] // 2 + line * size[1] // 50, size[0] * 9 // 10, size[1] // 2 + line * size[1] // 50 + 4))
    made.paste(0, (0, 0, 40, 20))  # which corner is the first
    return made.convert(mode)


def as_file(image: Image.Image, kind: str, **how) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def seen(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def off(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures differ, in levels of 255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).rms)


def test_nothing_of_a_photograph_stays_but_the_photograph():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET.decode(), 6
    exif.get_ifd(0x8825)[1] = "N"
    sent = as_file(page(), "JPEG", quality=80, exif=exif, comment=SECRET, dpi=(300, 300)) + b"PK\x03\x04" + SECRET
    kind, kept = drawn_anew(sent)
    image = seen(kept)
    assert kind == "image/jpeg" and SECRET not in kept and b"Exif" not in kept and kept.endswith(b"\xff\xd9")
    assert image.size == (1754, 1240) and off(image, page().transpose(Image.Transpose.ROTATE_270)) < 6, "turned upright"
    assert image.info["dpi"] == (300, 300)


@pytest.mark.parametrize("quality", [40, 75, 92])
def test_what_the_browser_made_small_stays_small_and_as_sharp(quality):
    sent = as_file(page(), "JPEG", quality=quality)
    kept = drawn_anew(sent)[1]
    assert len(kept) <= len(sent) and off(seen(kept), seen(sent)) < 1
    assert drawn_anew(kept)[1] == kept or off(seen(drawn_anew(kept)[1]), seen(kept)) < 1


def test_the_finest_noise_is_no_reason_to_refuse_a_picture():
    sent = as_file(Image.merge("RGB", [Image.effect_noise((500, 400), 200) for _ in "rgb"]), "JPEG", quality=100, subsampling=0)
    assert off(seen(drawn_anew(sent)[1]), seen(sent)) < 3


def test_a_picture_that_is_only_pixels_stays_the_same_to_the_byte():
    sent = as_file(page(), "PNG")
    assert drawn_anew(sent) == ("image/png", sent)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_kind_is_the_same_to_look_at_without_its_texts(mode):
    image = Image.linear_gradient("L").convert("I;16") if mode == "I;16" else page(mode, (400, 300))
    how = {"transparency": bytes(range(200))} if mode == "P" else {}
    sent = as_file(image, "PNG", **how)
    sent = sent[:33] + chunk(b"tEXt", b"Comment\0" + SECRET) + sent[33:] + SECRET
    kind, kept = drawn_anew(sent)
    again = seen(kept)
    assert kind == "image/png" and SECRET not in kept and again.mode == image.mode
    assert again.tobytes() == seen(sent).tobytes() and again.info.get("transparency") == seen(sent).info.get("transparency")


def test_of_a_moving_picture_the_first_stays():
    sent = as_file(page("RGB", (90, 60)), "PNG", save_all=True, append_images=[Image.new("RGB", (90, 60), "red")])
    kept = drawn_anew(sent)[1]
    assert not getattr(seen(kept), "is_animated", False) and off(seen(kept), page("RGB", (90, 60))) == 0


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_jpeg_for_the_press_becomes_one_for_the_screen_and_a_grey_one_stays_grey(mode):
    sent = as_file(page(mode), "JPEG", quality=90)
    kind, kept = drawn_anew(sent)
    assert kind == "image/jpeg" and seen(kept).mode == {"CMYK": "RGB"}.get(mode, mode) and off(seen(kept), page()) < 8


def test_colours_are_those_that_the_profile_means_and_the_profile_goes():
    own = ImageCms.createProfile("LAB")
    sent = as_file(page(), "JPEG", icc_profile=ImageCms.ImageCmsProfile(own).tobytes())
    assert "icc_profile" not in seen(drawn_anew(sent)[1]).info
    assert "icc_profile" not in seen(drawn_anew(as_file(page(), "PNG", icc_profile=b"nonsense"))[1]).info


def test_two_pictures_in_one_file_as_a_phone_makes_them_are_one(inside):
    sent = as_file(page("RGB", (200, 100)), "MPO", save_all=True, append_images=[page("RGB", (200, 100))])
    upload = uploads.store(sent, "手机.jpg", sample.actor("wf-01.clerk"), "draft")
    kept = uploads.read(upload)
    assert upload.content_type == "image/jpeg" and seen(kept).format == "JPEG" and upload.size == len(kept)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (as_file(page(), "JPEG")[:9000], NO_PICTURE),
        (as_file(page(), "PNG")[:3000], NO_PICTURE),
        (as_file(page(), "PNG")[:200] + b"!" * 900, NO_PICTURE),
        (png(30000, 30000, zlib.compress(bytes(1 << 20))), TOO_LARGE),
        (b"\xff\xd8\xff\xe0 no picture", NO_PICTURE),
    ],
    ids=["half a JPEG", "half a PNG", "a PNG of nonsense", "900 million points", "nothing"],
)
def test_what_is_no_whole_picture_is_refused_in_words_and_nothing_is_kept(inside, sent, words):
    began = time.monotonic()
    with pytest.raises(ValueError, match=words):
        uploads.store(sent, "a.jpg", sample.actor("wf-01.clerk"), "draft")
    assert db.session.scalar(db.select(Upload.id)) is None and time.monotonic() - began < 10


def test_the_largest_picture_that_may_come_is_drawn_in_time():
    """49 million points out of a few kilobytes: not refused, and the process that draws it has its limits."""
    began = time.monotonic()
    assert drawn_anew(png(7000, 7000, zlib.compress(bytes(876 * 7000), 9)))[0] == "image/png"
    assert time.monotonic() - began < 8 and set(TYPES.values()) == set(uploads.PICTURES.values())
