"""The pictures that the sandbox's pages show, drawn here: nothing is fetched and nobody's art is used."""

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from simcord.backend.cdn import CDN_BASE

_SIZE: Final = 128  # pixels
_FINE: Final = 4  # drawn so many times larger, then reduced: smooth edges
_INDIGO, _GOLD, _WHITE = (91, 91, 214), (245, 196, 81), (255, 255, 255)
_COLOURS: Final = ((148, 92, 211), (46, 125, 200), (196, 92, 60), (52, 140, 96), (170, 70, 120))

Colour = tuple[int, int, int]


@cache
def chimera_face() -> bytes:
    """Chimera's mark as a PNG of 128 pixels: the C with a golden eye that its web pages show."""
    picture, draw = _canvas(_INDIGO)
    unit = _SIZE * _FINE / 32
    ring, pen = 7.2 * unit, 3.2 * unit
    middle = 16 * unit
    around = ring + pen / 2
    draw.arc((middle - around, middle - around, middle + around, middle + around), 42, 318, fill=_WHITE, width=int(pen))
    for y in (11.2, 20.8):
        _dot(draw, 21.4 * unit, y * unit, pen / 2, _WHITE)
    _dot(draw, 22.4 * unit, middle, 2.3 * unit, _GOLD)
    return _png(picture)


@cache
def person_face(name: str, number: int) -> bytes:
    """A person's face as a PNG of 128 pixels: the first letter of the name, on the colour with that number."""
    picture, draw = _canvas(_COLOURS[number % len(_COLOURS)])
    middle = _SIZE * _FINE / 2
    draw.text((middle, middle), name[:1].upper(), font=_font(0.52), fill=_WHITE, anchor="mm")
    return _png(picture)


@cache
def icon_tile(number: int, name: str) -> bytes:
    """What stands for a profile icon: its name, a word a line, and its number, on one of the faces' colours."""
    picture, draw = _canvas(_COLOURS[number % len(_COLOURS)])
    middle = _SIZE * _FINE / 2
    words = "\n".join(name.removesuffix(" Icon").split())
    draw.multiline_text((middle, middle * 0.92), words, font=_font(0.15), fill=_WHITE, anchor="mm", align="center")
    draw.text((middle, middle * 1.8), f"no. {number}", font=_font(0.11), fill=_WHITE, anchor="mm")
    return _png(picture)


def face_url(user_id: int, face: str) -> str:
    """Where SimCord looks for the picture of a user whose avatar is `face`."""
    return f"{CDN_BASE}/avatars/{user_id}/{face}.png"


def _canvas(colour: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (_SIZE * _FINE, _SIZE * _FINE), colour)
    return picture, ImageDraw.Draw(picture)


def _font(share: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's own, of that share of the picture's height."""
    return ImageFont.load_default(size=_SIZE * _FINE * share)


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()
