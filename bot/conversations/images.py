"""A customer's picture, drawn anew: whatever else the file carried (place, camera, scripts) is left behind."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
LONGEST_SIDE = 2048
MOST_PIXELS = 30_000_000  # a small file may unfold to more than a machine holds
QUALITY = 85
MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True)
class Drawn:
    """A JPEG that shows the picture the right way up."""

    data: bytes
    width: int
    height: int


def redraw(data: bytes) -> Drawn:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _redraw(data)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise InvalidInput("这不是能打开的图片,请发 JPG 或 PNG", code="not_an_image") from error


def _redraw(data: bytes) -> Drawn:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        if image.width * image.height > MOST_PIXELS:
            raise InvalidInput("图片太大,请裁小一点再发", code="too_many_pixels")
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = _on_white(upright)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY)
    return Drawn(out.getvalue(), drawn.width, drawn.height)


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper
