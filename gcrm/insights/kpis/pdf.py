"""Key figures on one page, for Monday's meeting. ReportLab draws it in the process; nothing is fetched."""

from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from anyascii import anyascii

from gcrm.common.language import language, number, say
from gcrm.insights.kpis.model import BY_KEY, KPIS, Figure, Kpi, Report
from gcrm.insights.kpis.words import change_text, figure_text, finding_of, is_better, label_of, period_text
from gcrm.platform.errors import NotReady

ROWS_MOST = 18
"""Rows that fit on the page beside everything else; the file for spreadsheets has all."""
LETTERS_MOST = 26
CHARTED = "visits"
INK, SOFT, LINE, LATE, GOOD, BARS = "#1d2430", "#5a6472", "#d5dae1", "#b3261e", "#1b6e3c", "#44aa99"
FONTS = (("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),)
"""Fonts with more letters than the one that comes with ReportLab, where the machine has them."""


def report_pdf(report: Report, title: str = "") -> bytes:
    """One A4 page: the finding, every figure beside that of the days before, a chart and a table by row.

    Raises NotReady where the library is missing.
    """
    try:
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.units import mm
        from reportlab.platypus import SimpleDocTemplate
    except ImportError as missing:
        raise NotReady(
            say("The library that draws PDF is not installed."), say("Run `pip install reportlab`.")
        ) from missing
    title = title or say("Key figures")
    written = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 14 * mm)
    document = SimpleDocTemplate(written, pagesize=A4, title=title, author="GCRM", lang=language(), **margins)
    document.build(_Page(report, title, A4[0] - 28 * mm, A4[1] - 30 * mm).parts())
    return written.getvalue()


class _Page:
    """The parts of the page, as wide as `width` points."""

    def __init__(self, report: Report, title: str, width: float, height: float) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self.report, self.title, self.width, self.height = report, title, width, height
        self.font, self.bold = _fonts()
        self.letters = _letters(self.font)
        self.text = ParagraphStyle("text", fontName=self.font, fontSize=8, leading=10, textColor=INK)
        self.soft = ParagraphStyle("soft", parent=self.text, fontSize=6.5, leading=8, textColor=SOFT)
        self.small = ParagraphStyle("small", parent=self.soft, fontSize=5.6, leading=7)
        self.heading = ParagraphStyle("heading", parent=self.text, fontName=self.bold, fontSize=15, leading=19)
        self.finding = ParagraphStyle("finding", parent=self.text, fontName=self.bold, fontSize=10, leading=13)

    def parts(self) -> list[Any]:
        """All of it, made smaller together where it would need a second page."""
        from reportlab.platypus import KeepInFrame, Paragraph, Spacer

        report = self.report
        flow: list[Any] = [
            Paragraph(self.plain(self.title), self.heading),
            Paragraph(self.plain(period_text(report)), self.text),
            Spacer(1, 6),
            Paragraph(self.plain(finding_of(report)), self.finding),
            Spacer(1, 8),
            self._totals(),
            Spacer(1, 10),
        ]
        rows = [row for row in report.rows if any(one.records for one in row.figures.values())]
        if rows:
            flow += [self._chart(), Spacer(1, 8), self._by_row(), Spacer(1, 6)]
        if len(rows) > ROWS_MOST:
            flow.append(
                Paragraph(
                    say("And {more} more, in the file for spreadsheets.", more=number(len(rows) - ROWS_MOST)), self.soft
                )
            )
        flow += [Paragraph(self.plain(remark), self.soft) for remark in report.remarks]
        flow += [
            Paragraph(self.plain(say("{figure} is not known: {why}", figure=BY_KEY[key].label, why=why)), self.soft)
            for key, why in report.missing.items()
        ]
        return [KeepInFrame(self.width, self.height, flow, mode="shrink")]

    def plain(self, text: str) -> str:
        """Text that the font has letters for, with nothing in it that is markup."""
        return escape("".join(one if ord(one) in self.letters else anyascii(one) for one in text))

    def _totals(self) -> Any:
        """Every figure in boxes of four: now, and how it differs."""
        from reportlab.platypus import Paragraph, Table

        boxes = [self._box(kpi) for kpi in KPIS]
        columns = 4
        lines = [boxes[at : at + columns] for at in range(0, len(boxes), columns)]
        table = Table(
            [[[Paragraph(text, style) for text, style in box] for box in line] for line in lines],
            colWidths=[self.width / columns] * columns,
        )
        table.setStyle([("BOX", (0, 0), (-1, -1), 0.5, LINE), ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE)])
        return table

    def _box(self, kpi: Kpi) -> list[tuple[str, Any]]:
        now, before = self.report.total.get(kpi.key), self.report.before.get(kpi.key)
        better = is_better(now, before, kpi)
        colour = SOFT if better is None else GOOD if better else LATE
        changed = change_text(now, before, kpi)
        return [
            (self.plain(label_of(kpi, self.report.currency)), self.soft),
            (self.plain(figure_text(now, kpi)), self.finding),
            (f'<font color="{colour}">{self.plain(changed) or "&nbsp;"}</font>', self.soft),
        ]

    def _chart(self) -> Any:
        """Bars of the visits by row, each with its number."""
        from reportlab.graphics.shapes import Drawing, Rect, String
        from reportlab.lib.colors import HexColor

        rows = self._rows()
        values = [row.figures[CHARTED].value or 0.0 for row in rows]
        most = max([*values, 1.0])
        bar, label, gap = 9.0, 110.0, 3.0
        drawing = Drawing(self.width, (bar + gap) * len(rows) + 14)
        top = (bar + gap) * len(rows)
        drawing.add(String(0, top + 3, BY_KEY[CHARTED].label, fontName=self.bold, fontSize=8, fillColor=HexColor(INK)))
        for place, (row, value) in enumerate(zip(rows, values, strict=True)):
            y = top - (place + 1) * (bar + gap) + gap
            wide = (self.width - label - 50) * value / most
            name = self._short(row.label)
            drawing.add(String(0, y + 2, name, fontName=self.font, fontSize=7, fillColor=HexColor(INK)))
            drawing.add(Rect(label, y, wide, bar, fillColor=HexColor(BARS), strokeColor=None))
            said = figure_text(row.figures[CHARTED], BY_KEY[CHARTED])
            said = "".join(one if ord(one) in self.letters else anyascii(one) for one in said)
            drawing.add(String(label + wide + 4, y + 2, said, fontName=self.font, fontSize=7, fillColor=HexColor(INK)))
        return drawing

    def _by_row(self) -> Any:
        from reportlab.platypus import Table

        headings = [self.report.by.in_words(), *(label_of(kpi, self.report.currency) for kpi in KPIS)]
        body = [[self._short(row.label), *self._cells(row.figures)] for row in self._rows()]
        body.append([say("All"), *self._cells(self.report.total)])
        first = 84.0
        width = (self.width - first) / len(KPIS)
        table = Table(
            [[self._headed(one, width - 4) for one in headings], *body],
            colWidths=[first, *([width] * len(KPIS))],
            repeatRows=1,
        )
        table.setStyle(
            [
                ("FONT", (0, 1), (-1, -1), self.font, 6.5),
                ("FONT", (0, -1), (-1, -1), self.bold, 6.5),
                ("ALIGN", (1, 1), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, -2), 0.4, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
        return table

    def _headed(self, text: str, width: float) -> Any:
        """A heading of a column so many points wide: smaller, and parted, where a word is too long for it."""
        from reportlab.pdfbase.pdfmetrics import stringWidth
        from reportlab.platypus import Paragraph

        def fits(word: str, style: Any) -> bool:
            return bool(stringWidth(word, self.font, style.fontSize) <= width)

        words = text.split()
        if all(fits(word, self.soft) for word in words):
            return Paragraph(self.plain(text), self.soft)
        parted = [
            word if fits(word, self.small) else f"{word[: (len(word) + 1) // 2]}- {word[(len(word) + 1) // 2 :]}"
            for word in words
        ]
        return Paragraph(self.plain(" ".join(parted)), self.small)

    def _rows(self) -> list[Any]:
        return [row for row in self.report.rows if any(one.records for one in row.figures.values())][:ROWS_MOST]

    def _cells(self, figures: dict[str, Figure]) -> list[str]:
        told = [figure_text(figures.get(kpi.key), kpi) for kpi in KPIS]
        return ["".join(one if ord(one) in self.letters else anyascii(one) for one in text) for text in told]

    def _short(self, label: str) -> str:
        plain = "".join(one if ord(one) in self.letters else anyascii(one) for one in label)
        return plain if len(plain) <= LETTERS_MOST else f"{plain[: LETTERS_MOST - 3]}..."


def _fonts() -> tuple[str, str]:
    """The names of the plain and the bold font, registered once."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    own = Path(reportlab.__file__).parent / "fonts"
    known = [pair for pair in FONTS if all(Path(one).is_file() for one in pair)]
    plain, bold = known[0] if known else (str(own / "Vera.ttf"), str(own / "VeraBd.ttf"))
    for name, file in (("gcrm", plain), ("gcrm-bold", bold)):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, file))
    return "gcrm", "gcrm-bold"


def _letters(font: str) -> frozenset[int]:
    """The letters that a font has."""
    from reportlab.pdfbase import pdfmetrics

    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)
