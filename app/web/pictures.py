"""Pictures handed in, known by their bytes and not by their name; and QR codes on a page."""

import io
from dataclasses import dataclass, field
from hashlib import sha256

import segno
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000  # a 50-megapixel scan; more is a bomb, not a picture
KINDS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png")}


@dataclass(frozen=True)
class Picture:
    """`data` as it came; `type` and `suffix` as the bytes say; size in pixels."""

    data: bytes = field(repr=False)
    type: str
    suffix: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def read_picture(data: bytes) -> Picture:
    """The picture in these bytes. Raises ValueError in words; nothing is decoded, so a bomb cannot go off."""
    if len(data) > MOST_BYTES:
        raise ValueError(_("图片太大，请压缩到 5 MB 以内。"))
    try:
        with Image.open(io.BytesIO(data), formats=list(KINDS)) as image:
            kind, (width, height) = "JPEG" if image.format == "MPO" else image.format, image.size
    except Image.DecompressionBombError:
        raise ValueError(_("图片的像素太多，请缩小后再上传。")) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise ValueError(_("只能上传 JPG 或 PNG 图片，这个文件不是。")) from None
    if width * height > MOST_PIXELS:
        raise ValueError(_("图片的像素太多，请缩小后再上传。"))
    return Picture(data, *KINDS[kind], width, height)


def qr_picture(content: str) -> str:
    """A QR code as a data: address, black on white whatever the page's colours."""
    return segno.make(content, error="m").png_data_uri(scale=5, border=4)
