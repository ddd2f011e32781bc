"""Plausible papers: flat illustrations instead of photographs, sign-in sheets, forms. Drawn with Pillow, the same every time."""

import io
import random
import subprocess
import time
from functools import cache
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from documents.actions import files

WIDTH, HEIGHT = 640, 440
FINE = 2  # drawn larger, then reduced: smooth edges
COATS = ("#5d7fa3", "#a0655a", "#6b88a8", "#8a6f9b", "#5f8f78", "#a87c55", "#6f7f93", "#2f6ca8", "#9a6a5c", "#4f7d7a")
HAIR = ("#3b3330", "#8d8d8d", "#555555", "#a8a8a8", "#444444")
WALLS = ("#efe7da", "#e6ebe4", "#e8e4ee", "#eceff3", "#f0e6e0", "#e3ecef")
FLOORS = ("#b7a184", "#a6b3b3", "#c9b79c", "#b3a6b0", "#9fae97")
INK, PAPER, RULE, PEN, SEAL = "#2b3440", "#ffffff", "#b6c0cc", "#2c4c78", "#b3261e"


@cache
def font(size):
    """A Chinese font of the machine, or None when there is none; captions are left out then."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "Noto Sans CJK SC:lang=zh-cn"], capture_output=True, text=True, check=False
    ).stdout.strip()
    try:
        return ImageFont.truetype(found, size) if found else None
    except OSError:
        return None


class Sheet:
    """A drawing in units of the finished picture."""

    def __init__(self, width, height, ground):
        self.image = Image.new("RGB", (width * FINE, height * FINE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x, y, width, height, fill, outline=None, line=2):
        self.pen.rectangle(
            [x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE], fill=fill, outline=outline, width=line * FINE
        )

    def disc(self, x, y, radius, fill=None, outline=None, line=3):
        self.pen.ellipse(
            [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE],
            fill=fill,
            outline=outline,
            width=line * FINE,
        )

    def line(self, points, fill, width=2):
        self.pen.line([(x * FINE, y * FINE) for x, y in points], fill=fill, width=width * FINE, joint="curve")

    def text(self, x, y, words, size=16, fill=INK, anchor="la"):
        face = font(size * FINE)
        if face:
            self.pen.text((x * FINE, y * FINE), words, font=face, fill=fill, anchor=anchor)

    def person(self, x, y, size, dice):
        """Head and shoulders; no face, so nobody can be meant."""
        self.pen.pieslice(
            [(x - 50 * size) * FINE, (y + 22 * size) * FINE, (x + 50 * size) * FINE, (y + 190 * size) * FINE],
            180,
            360,
            fill=dice.choice(COATS),
        )
        self.disc(x, y - 6 * size, 29 * size, "#e2b99a")
        self.pen.pieslice(
            [(x - 30 * size) * FINE, (y - 38 * size) * FINE, (x + 30 * size) * FINE, (y + 18 * size) * FINE],
            180,
            360,
            fill=dice.choice(HAIR),
        )

    def scribble(self, x, y, dice):
        """A signature that nobody can read."""
        points = [(x + step * 5, y + dice.randint(-6, 6)) for step in range(dice.randint(7, 11))]
        self.line(points, PEN, 2)

    def finished(self):
        return self.image.reduce(FINE)


def _room(dice):
    sheet = Sheet(WIDTH, HEIGHT, dice.choice(WALLS))
    sheet.box(0, 320, WIDTH, 120, dice.choice(FLOORS))
    return sheet


def _home(dice):
    sheet = _room(dice)
    x = dice.randint(40, 420)
    sheet.box(x, 48, 140, 148, "#dfeaf0", PAPER, 6)
    sheet.line([(x + 70, 48), (x + 70, 196)], PAPER, 6)
    for place in (224, 400):
        sheet.person(place + dice.randint(-14, 14), 236, 1, dice)
    sheet.box(70, 330, 500, 30, "#b98d61")
    sheet.box(250, 316, 84, 18, PAPER)
    return sheet


def _event(dice):
    sheet = _room(dice)
    sheet.box(100, 36, 440, 104, dice.choice(("#b8473f", "#2f6ca8", "#5f8f78")))
    sheet.line([(140, 76), (500, 76)], "#ffe9b0", 10)
    sheet.line([(180, 110), (460, 110)], "#ffe9b0", 8)
    for place in range(7):
        sheet.person(60 + place * 86, 232 + (place % 2) * 22, 0.78, dice)
    for place in range(6):
        sheet.person(104 + place * 86, 330, 0.86, dice)
    return sheet


def _outdoors(dice):
    sheet = Sheet(WIDTH, HEIGHT, "#dfe9ee")
    sheet.box(0, 240, WIDTH, 200, "#8fa585")
    x = dice.randint(20, 240)
    sheet.box(x, 80, 240, 240, "#d3c3b0")
    for row in (112, 196):
        for column in (28, 100, 172):
            sheet.box(x + column, row, 48, 52, "#8ea6b8")
    for place in range(dice.randint(2, 3)):
        sheet.person(380 + place * 96, 276 + place * 6, 1, dice)
    return sheet


def _group(dice):
    sheet = _room(dice)
    for place, (x, y) in enumerate(
        [(120, 200), (220, 176), (320, 168), (420, 176), (520, 200), (180, 330), (320, 352), (460, 330)]
    ):
        sheet.person(x + dice.randint(-8, 8), y, 0.8 if place < 5 else 0.95, dice)
    return sheet


def _lecture(dice):
    sheet = _room(dice)
    sheet.box(192, 40, 256, 152, PAPER, "#8f9bab", 4)
    for row, length in ((78, 140), (106, 192), (134, 112)):
        sheet.line([(224, row), (224 + length, row)], "#7ea9d6", 10)
    sheet.person(112, 216, 1, dice)
    for place in range(5):
        sheet.person(120 + place * 100, 336, 0.85, dice)
    return sheet


DRAW = {"home": _home, "event": _event, "outdoors": _outdoors, "group": _group, "lecture": _lecture}


def photo(scene, caption, seed):
    """A picture of the scene as JPEG bytes, with its caption in the corner; another seed, other people."""
    sheet = DRAW[scene](random.Random(f"{scene}{seed}"))
    sheet.box(0, HEIGHT - 34, WIDTH, 34, "#20303c")
    sheet.text(14, HEIGHT - 29, caption, 16, PAPER)
    sheet.text(WIDTH - 14, HEIGHT - 29, "示例", 16, "#ffe9b0", "ra")
    return _jpeg(sheet.finished())


def sign_in_sheet(title, lines, seed):
    """A photographed sign-in sheet with so many signatures, as JPEG bytes."""
    dice, rows = random.Random(f"{title}{seed}"), min(lines, 50)
    sheet = Sheet(600, 130 + 26 * (rows // 2 + rows % 2), PAPER)
    sheet.text(300, 20, f"{title} 签到表", 20, INK, "ma")
    sheet.text(40, 58, f"共 {lines} 人签到（示例，签名为线条）", 14, "#5b6572")
    for number in range(rows):
        x, y = 40 + (number % 2) * 270, 92 + (number // 2) * 26
        sheet.box(x, y, 250, 26, None, RULE, 1)
        sheet.text(x + 8, y + 5, f"{number + 1:02d}", 12, "#5b6572")
        sheet.scribble(x + 60, y + 13, dice)
    return _jpeg(sheet.finished())


def form(title, lines, seed=0):
    """A filled form as a one-page PDF: `lines` are (label, text); a round stamp that says 示例."""
    sheet, dice = Sheet(595, 842, PAPER), random.Random(f"{title}{seed}")
    sheet.text(297, 60, title, 20, INK, "ma")
    for row, (label, words) in enumerate(lines):
        y = 120 + row * 40
        sheet.box(60, y, 130, 40, "#f4f6f8", RULE, 1)
        sheet.box(190, y, 345, 40, PAPER, RULE, 1)
        sheet.text(72, y + 11, label, 14)
        sheet.text(202, y + 11, words, 14)
    y = 150 + len(lines) * 40
    sheet.text(72, y, "签名", 14)
    sheet.scribble(120, y + 10, dice)
    sheet.disc(440, y + 60, 52, None, SEAL, 3)
    sheet.text(440, y + 60, "示例", 24, SEAL, "mm")
    made = io.BytesIO()
    still = time.gmtime(0)
    sheet.finished().save(made, "PDF", resolution=72, quality=80, creationDate=still, modDate=still)
    return made.getvalue()


def _jpeg(image):
    made = io.BytesIO()
    image.save(made, "JPEG", quality=84)
    return made.getvalue()


def upload(name, content, content_type="image/jpeg"):
    """What a browser would send."""
    return SimpleUploadedFile(name, content, content_type)


class Shelf:
    """Papers as stored files. Everyday ones are shared by what one person logs, so that thousands of records need few drawings."""

    def __init__(self, variants=6):
        self.variants, self._kept, self._turns = variants, {}, count()

    def _keep(self, key, name, draw, allow, *, by, at):
        key = (by.pk, *key)
        if key not in self._kept:
            content = draw()
            self._kept[key] = files.store(
                upload(name, content, "application/pdf" if name.endswith("pdf") else "image/jpeg"),
                allow=allow,
                by=by,
                at=at,
            )
        return self._kept[key]

    def photo(self, scene, caption, *, by, at, seed=None):
        """A stored picture: one of a few for everyday records, or the very one of `seed`."""
        number = f"own{seed}" if seed is not None else next(self._turns) % self.variants
        drawing = f"{number}{by.account.login}"
        return self._keep(
            ("photo", scene, number), f"{caption}.jpg", lambda: photo(scene, caption, drawing), {"image"}, by=by, at=at
        )

    def sheet(self, title, people, *, by, at, seed=0):
        """A stored sign-in sheet."""
        return self._keep(
            ("sheet", title, seed),
            f"{title}签到表.jpg",
            lambda: sign_in_sheet(title, people, seed),
            {"image", "paper"},
            by=by,
            at=at,
        )

    def form(self, title, lines, *, by, at, seed=0):
        """A stored form."""
        return self._keep(
            ("form", title, seed), f"{title}.pdf", lambda: form(title, lines, seed), {"paper"}, by=by, at=at
        )
