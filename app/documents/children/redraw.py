"""Makes a picture anew from its pixels: what else was in the file (place, camera, comments, a second file) stays behind.

Ends by itself when nobody has asked for a while: a desk that takes no scans pays nothing for it.
"""

import io
import signal

import frames
from PIL import Image, ImageCms, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin  # noqa: F401  (TIFF reads EXIF)

MEMORY = 512 << 20
IDLE = 60  # seconds
MOST_BYTES = 20 << 20
LARGE = 25_000_000  # pixels of which a second copy would be too much
SMALL = 12_000_000  # pixels that may be looked at twice, to pack them better
ORIENTATION = 0x0112
TURNS = {  # EXIF: how the picture must be turned to stand upright
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
ON_ITS_SIDE = (5, 6, 7, 8)
WELL = {"quality": 90, "subsampling": 0}  # where the picture's own tables no longer fit


def redraw(message: bytes) -> bytes:
    """JPEG or PNG → its kind, a line feed, and the new file. Raises what Pillow raises for a broken one."""
    signal.alarm(0)
    try:
        with Image.open(io.BytesIO(message), formats=("JPEG", "PNG")) as image:
            return _as_jpeg(image) if image.format in ("JPEG", "MPO") else _as_png(image)
    finally:
        signal.alarm(IDLE)


def _as_jpeg(image) -> bytes:
    """With its own tables, so that a picture that was made small stays so and none becomes coarser."""
    turn, dots = _turn(image), _dots(image)
    twice = turn or image.mode == "CMYK" or "progressive" in image.info  # needs more than one picture's room
    if twice and image.width * image.height > LARGE:
        image.draft(None, (image.width // 2, image.height // 2))  # a quarter of 25 million points still shows all of a page
    tables, sampling = getattr(image, "quantization", None), JpegImagePlugin.get_sampling(image)
    plain = _plain(image, turn)
    if plain.mode not in ("L", "RGB"):
        plain, tables = plain.convert("RGB"), None
    own = {"qtables": tables, "subsampling": 0 if turn in ON_ITS_SIDE and sampling == 1 else sampling} if tables else WELL
    if turn in ON_ITS_SIDE:
        dots = dots[::-1]
    how = own | {"dpi": dots}
    if plain.width * plain.height > SMALL:
        return _saved(plain, "JPEG", how)
    try:
        return _saved(plain, "JPEG", how | {"optimize": True})
    except OSError:  # noise so fine that the second look has no room
        return _saved(plain, "JPEG", how)


def _as_png(image) -> bytes:
    """Palette, transparency and 16 bits stay; of a moving picture the one that a printer would print."""
    dots, through = _dots(image), image.info.get("transparency")
    plain = _plain(image, _turn(image))
    if through is not None and not (isinstance(through, tuple) and max(through) > 255):
        plain.info["transparency"] = through
    large = plain.width * plain.height * len(plain.getbands()) > SMALL
    return _saved(plain, "PNG", {"dpi": dots, "compress_level": 3 if large else 6})


def _plain(image, turn: int):
    """Decoded, upright, in the colours of a screen, and with nothing beside the pixels."""
    image.load()
    profile = image.info.get("icc_profile")
    image.info = {}
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _on_screen(image, profile)
    if turn:
        image = image.transpose(TURNS[turn])
    return image


def _on_screen(image, profile: bytes):
    """The colours that the profile means, said in sRGB; a broken profile is left out."""
    try:
        own = ImageCms.getOpenProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return image
        mode = "RGB" if image.mode == "CMYK" else image.mode
        done = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode, inPlace=mode == image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return done or image


def _turn(image) -> int:
    try:
        said = image.getexif().get(ORIENTATION)
    except Exception:  # nonsense in the EXIF is no reason to refuse a picture
        return 0
    return said if said in TURNS else 0


def _dots(image) -> tuple[int, int]:
    """Points an inch, where the file says something that a scanner could have said."""
    try:
        across, down = (round(float(one)) for one in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return 0, 0
    return (across, down) if 36 <= across <= 4800 and 36 <= down <= 4800 else (0, 0)


def _saved(image, kind: str, how: dict) -> bytes:
    if how["dpi"] == (0, 0):
        del how["dpi"]
    made = io.BytesIO()
    image.save(made, kind, **how)
    if made.tell() > MOST_BYTES:
        kind, made = "JPEG", io.BytesIO()
        image.convert("RGB").save(made, kind, quality=85)
    return kind.encode() + b"\n" + made.getvalue()


def serve() -> None:
    tiny = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(tiny, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    redraw(tiny.getvalue())  # whatever is loaded late is loaded now
    frames.open_nothing_more()
    frames.serve(redraw, MEMORY)
