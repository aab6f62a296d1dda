"""Portraits for the visitors: plain shapes in a colour of each one's own, drawn here."""

from __future__ import annotations

import colorsys
import hashlib
import io

from PIL import Image, ImageDraw

SIDE = 240


def draw(name: str) -> bytes:
    """A portrait for `name` as PNG, the same every time."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    ground = _colour(number, 0.30, 0.92)
    skin = ((94, 62, 46), (141, 94, 66), (190, 137, 99), (229, 184, 148))[number % 4]
    hair = ((38, 34, 48), (92, 58, 34), (166, 110, 52), (120, 120, 128))[(number >> 3) % 4]
    shirt = _colour(number >> 5, 0.55, 0.70)
    image = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(image)
    pen.ellipse((30, 172, 210, 330), fill=shirt)
    pen.rectangle((104, 140, 136, 186), fill=skin)
    wide = 8 * ((number >> 7) % 3)
    pen.ellipse((66 - wide, 34, 174 + wide, 150), fill=hair)
    pen.ellipse((76, 52, 164, 164), fill=skin)
    pen.pieslice((72, 40, 168, 128), 180, 360, fill=hair)
    for eye in (102, 138):
        pen.ellipse((eye - 5, 104, eye + 5, 114), fill=(38, 34, 48))
    pen.arc((104, 116, 136, 142), 20, 160, fill=(38, 34, 48), width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _colour(number: int, saturation: float, lightness: float) -> tuple[int, int, int]:
    """One of twelve hues."""
    red, green, blue = colorsys.hls_to_rgb((number % 12) / 12, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
