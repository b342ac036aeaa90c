"""Résumés made by code, with the truth about each: people, and the ways in which people lay them out.

Every way is a function from a person to a file. `corpus()` gives them all. What a browser and
a word processor lay out is in `tests/resume_pages`, made once by `python -m tests.resume_pages`.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.document_samples import body, docx, paragraph

WIDTH, HEIGHT = A4
PAGES = Path(__file__).parent / "resume_pages"


@dataclass(frozen=True)
class Job:
    title: str
    company: str
    start: str  # as the résumé says it
    end: str
    bullets: tuple[str, ...]
    months: tuple[str, str | None] = ("", None)  # as they are meant: YYYY-MM, None while it lasts


@dataclass(frozen=True)
class Study:
    degree: str
    school: str
    year: str


@dataclass(frozen=True)
class Headings:
    summary: str = "Summary"
    employment: str = "Experience"
    education: str = "Education"
    skills: str = "Skills"
    languages: str = "Languages"


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    email: str
    phone: str
    place: str
    summary: str
    jobs: tuple[Job, ...]
    studies: tuple[Study, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    headings: Headings = field(default_factory=Headings)
    cid_font: str | None = None  # of a script that the standard fonts lack


@dataclass(frozen=True)
class Sample:
    name: str
    person: Person
    content: bytes
    is_scan: bool = False


ASHA = Person(
    "asha",
    "Asha Nair",
    "asha.nair@example.com",
    "+61 412 345 678",
    "Melbourne, VIC",
    "Backend engineer who keeps payments running.",
    (
        Job(
            "Senior Backend Engineer",
            "Harbour Payments",
            "March 2021",
            "Present",
            ("Led the ledger of three teams", "Cut failed payouts by half within one year"),
            ("2021-03", None),
        ),
        Job(
            "Software Engineer",
            "Northwind Logistics",
            "June 2018",
            "February 2021",
            ("Built the routing service in Python", "Moved it to events in a year"),
            ("2018-06", "2021-02"),
        ),
    ),
    (Study("Bachelor of Computer Science", "University of Melbourne", "2017"),),
    ("Python", "PostgreSQL", "Kafka", "Docker"),
    ("English", "Tamil"),
)
JOHN = Person(
    "john",
    "John O'Brien-Smith",
    "john_obs@mail.example.org",
    "(03) 9123 4567",
    "Geelong, VIC",
    "Registered nurse with twelve years on acute wards.",
    (
        Job(
            "Registered Nurse",
            "St Vincent Hospital",
            "01/2016",
            "present",
            ("Ran the night shift of a ward of thirty beds", "Trained twelve graduate nurses"),
            ("2016-01", None),
        ),
        Job(
            "Nurse Assistant",
            "Barwon Health",
            "02/2012",
            "12/2015",
            ("Prepared patients for surgery",),
            ("2012-02", "2015-12"),
        ),
    ),
    (Study("Bachelor of Nursing", "Deakin University", "2011"),),
    ("Triage", "Wound care", "Medication safety", "Excel"),
    ("English",),
    Headings("Profile", "Employment", "Education", "Key skills", "Languages"),
)
MARIA = Person(
    "maria",
    "María García López",
    "maria.garcia@correo.example.es",
    "+34 612 345 678",
    "Madrid, España",
    "Analista de datos con gusto por las preguntas difíciles.",
    (
        Job(
            "Analista de datos",
            "Banco Levante",
            "enero 2020",
            "actualidad",
            ("Automaticé los informes del mes", "Reduje el tiempo de cierre a la mitad"),
            ("2020-01", None),
        ),
        Job(
            "Técnica de soporte",
            "Telenorte",
            "septiembre 2016",
            "diciembre 2019",
            ("Atendí a cuarenta clientes al día",),
            ("2016-09", "2019-12"),
        ),
    ),
    (Study("Grado en Estadística", "Universidad de Sevilla", "2016"),),
    ("SQL", "Python", "Power BI", "Excel"),
    ("Español", "Inglés"),
    Headings("Perfil", "Experiencia", "Educación", "Habilidades", "Idiomas"),
)
JUERGEN = Person(
    "juergen",
    "Jürgen Müller",
    "juergen.mueller@beispiel.example.de",
    "+49 171 2345678",
    "Köln, Deutschland",
    "Entwickler mit Freude an sauberen Schnittstellen.",
    (
        Job(
            "Softwareentwickler",
            "Rheinwerk Systeme GmbH",
            "März 2019",
            "heute",
            ("Leitete den Umbau der Abrechnung", "Senkte die Fehlerquote um ein Drittel"),
            ("2019-03", None),
        ),
        Job(
            "Systemingenieur",
            "Kölner Stadtwerke AG",
            "Oktober 2014",
            "Februar 2019",
            ("Betreute vierzig Server",),
            ("2014-10", "2019-02"),
        ),
    ),
    (Study("Diplom Informatik", "Technische Hochschule Köln", "2014"),),
    ("Java", "Spring Boot", "Kubernetes", "PostgreSQL"),
    ("Deutsch", "Englisch"),
    Headings("Profil", "Berufserfahrung", "Ausbildung", "Kenntnisse", "Sprachen"),
)
CLAIRE = Person(
    "claire",
    "Claire Lefèvre",
    "claire.lefevre@exemple.example.fr",
    "+33 6 12 34 56 78",
    "Lyon, France",
    "Responsable marketing qui aime les chiffres.",
    (
        Job(
            "Responsable marketing",
            "Maison Duval",
            "février 2018",
            "présent",
            ("Doublé les ventes en ligne en deux ans", "Dirigé une équipe de cinq personnes"),
            ("2018-02", None),
        ),
        Job(
            "Assistante marketing",
            "Groupe Soleil",
            "juillet 2014",
            "janvier 2018",
            ("Organisé douze salons",),
            ("2014-07", "2018-01"),
        ),
    ),
    (Study("Master en commerce", "Université de Lyon", "2014"),),
    ("Google Analytics", "SEO", "Excel", "Salesforce"),
    ("Français", "Anglais"),
    Headings("Profil", "Expérience professionnelle", "Formation", "Compétences", "Langues"),
)
WEI = Person(
    "wei",
    "王伟",
    "wang.wei@example.cn",
    "+86 138 0013 8000",
    "上海",
    "后端工程师 喜欢稳定的系统。",
    (
        Job(
            "高级软件工程师",
            "海风科技有限公司",
            "2020年3月",
            "至今",
            ("负责支付系统的重构",),
            ("2020-03", None),
        ),
        Job(
            "软件工程师", "东方物流公司", "2016年7月", "2020年2月", ("开发订单服务",), ("2016-07", "2020-02")
        ),
    ),
    (Study("计算机科学学士", "复旦大学", "2016"),),
    ("Python", "MySQL", "Redis", "Docker"),
    ("中文", "英文"),
    Headings("个人简介", "工作经历", "教育背景", "技能", "语言"),
    "STSong-Light",
)
YUKI = Person(
    "yuki",
    "佐藤由紀",
    "yuki.sato@example.jp",
    "+81 90 1234 5678",
    "東京都",
    "品質を大切にするエンジニアです。",
    (
        Job(
            "テストエンジニア",
            "青葉ソフト株式会社",
            "2019年4月",
            "現在",
            ("自動テストを導入しました",),
            ("2019-04", None),
        ),
        Job(
            "プログラマー",
            "桜システム株式会社",
            "2015年4月",
            "2019年3月",
            ("在庫管理を開発しました",),
            ("2015-04", "2019-03"),
        ),
    ),
    (Study("情報工学学士", "東北大学", "2015"),),
    ("Java", "Selenium", "Jenkins", "Git"),
    ("日本語", "英語"),
    Headings("自己紹介", "職歴", "学歴", "スキル", "語学"),
    "HeiseiMin-W3",
)
LAYLA = Person(
    "layla",
    "ليلى حداد",
    "layla.haddad@example.ae",
    "+971 50 123 4567",
    "دبي",
    "مهندسة برمجيات تهتم بجودة الخدمة.",
    (
        Job(
            "مهندسة برمجيات",
            "شركة الخليج للتقنية",
            "2019-05",
            "الآن",
            ("قادت فريقا من أربعة مهندسين",),
            ("2019-05", None),
        ),
        Job(
            "مطورة ويب", "مؤسسة النور", "2015-02", "2019-04", ("طورت بوابة العملاء",), ("2015-02", "2019-04")
        ),
    ),
    (Study("بكالوريوس علوم الحاسوب", "جامعة دمشق", "2014"),),
    ("Python", "Django", "React", "Docker"),
    ("العربية", "الإنجليزية"),
    Headings("نبذة", "الخبرة", "التعليم", "المهارات", "اللغات"),
)
PRIYA = Person(
    "priya",
    "Priya Raghunathan",
    "priya.r@example.net",
    "0412 345 987",
    "Sydney, NSW",
    "Product manager for tools that people use at night.",
    (
        Job(
            "Product Manager",
            "Bright Labs",
            "2019-07",
            "2023-11",
            ("Shipped the planner to forty hospitals", "Raised retention from 60 to 82 percent"),
            ("2019-07", "2023-11"),
        ),
        Job(
            "Business Analyst",
            "Coastal Insurance Group",
            "2015-02",
            "2019-06",
            ("Wrote the rules of the claims engine",),
            ("2015-02", "2019-06"),
        ),
        Job(
            "Research Assistant",
            "Monash University",
            "2013",
            "2015",
            ("Ran interviews with eighty families",),
            ("2013", "2015"),
        ),
    ),
    (
        Study("Master of Business Administration", "Monash University", "2018"),
        Study("Bachelor of Arts", "University of Sydney", "2012"),
    ),
    ("Roadmapping", "SQL", "Jira", "Figma"),
    ("English", "Tamil", "Hindi"),
    Headings("About", "Work experience", "Education", "Skills", "Languages"),
)
TOMAS = Person(
    "tomas",
    "Tomas Lindqvist",
    "tomas@lindqvist.example.se",
    "+46 70 123 45 67",
    "Hobart, TAS",
    "Chef who plans as well as he cooks.",
    (
        Job(
            "Head Chef",
            "Salt and Cedar",
            "Aug 2020",
            "now",
            ("Cut waste by a third", "Led a kitchen of nine"),
            ("2020-08", None),
        ),
        Job(
            "Sous Chef",
            "The Lantern Room",
            "Jan 2017",
            "Jul 2020",
            ("Wrote the winter menu",),
            ("2017-01", "2020-07"),
        ),
        Job(
            "Line Cook",
            "Harbour Grill",
            "May 2014",
            "Dec 2016",
            ("Ran the grill section",),
            ("2014-05", "2016-12"),
        ),
    ),
    (Study("Certificate III in Commercial Cookery", "TAFE Tasmania", "2014"),),
    ("Menu planning", "Food safety", "Inventory control", "Butchery"),
    ("English", "Swedish"),
)
PEOPLE = (ASHA, JOHN, MARIA, JUERGEN, CLAIRE, WEI, YUKI, LAYLA, PRIYA, TOMAS)


def lines_of(person: Person) -> list[str]:
    """The whole résumé, a line each, in the plainest order."""
    lines = [person.name, f"{person.email} | {person.phone} | {person.place}"]
    return [*lines, person.headings.summary, person.summary, *_employment(person), *_rest(person)]


def _employment(person: Person, dash: str = "-") -> list[str]:
    lines = [person.headings.employment]
    for job in person.jobs:
        lines += [f"{job.title}, {job.company}", f"{job.start} {dash} {job.end}"]
        lines += [f"\u2022 {each}" for each in job.bullets]
    return lines


def _rest(person: Person) -> list[str]:
    lines = [person.headings.education]
    lines += [f"{each.degree}, {each.school}, {each.year}" for each in person.studies]
    lines += [person.headings.skills, ", ".join(person.skills)]
    return [*lines, person.headings.languages, ", ".join(person.languages)]


def _pdf(draw: Callable[[Canvas], None]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def _font(canvas: Canvas, person: Person, size: float, *, bold: bool = False) -> None:
    if person.cid_font:
        pdfmetrics.registerFont(UnicodeCIDFont(person.cid_font))
        canvas.setFont(person.cid_font, size)
    else:
        canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)


def _down(canvas: Canvas, person: Person, lines: list[str], x: float, top: float, step: float = 16) -> float:
    headings = set(vars(person.headings).values())
    for line in lines:
        _font(canvas, person, 12 if line in headings else 10, bold=line in headings)
        canvas.drawString(x, top, line)
        top -= step
    return top


def one_column(person: Person) -> bytes:
    def draw(canvas: Canvas) -> None:
        _font(canvas, person, 20, bold=True)
        canvas.drawString(60, 780, person.name)
        _down(canvas, person, lines_of(person)[1:], 60, 750)
        _font(canvas, person, 6)
        canvas.drawString(60, 30, "1 / 1")

    return _pdf(draw)


def side_bar(person: Person) -> bytes:
    """A dark bar with white text on the left; the story on the right."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor("#24364b"))
        canvas.rect(0, 0, 190, HEIGHT, fill=1, stroke=0)
        canvas.setFillColor(HexColor("#ffffff"))
        contact = [person.email, person.phone, person.place]
        skills = [person.headings.skills, *person.skills, person.headings.languages, *person.languages]
        _down(canvas, person, [*contact, *skills], 20, 740, 20)
        canvas.setFillColor(HexColor("#000000"))
        _font(canvas, person, 20, bold=True)
        canvas.drawString(210, 780, person.name)
        education = [f"{each.degree}, {each.school}, {each.year}" for each in person.studies]
        story = [person.headings.summary, person.summary, *_employment(person, "\u2013")]
        _down(canvas, person, [*story, person.headings.education, *education], 210, 740, 20)

    return _pdf(draw)


def dates_on_the_right(person: Person) -> bytes:
    def draw(canvas: Canvas) -> None:
        _font(canvas, person, 18, bold=True)
        canvas.drawString(60, 780, person.name)
        top = _down(canvas, person, [person.email, person.phone, person.place], 60, 760, 14)
        top = _down(canvas, person, [person.headings.summary, person.summary], 60, top - 8)
        top = _down(canvas, person, [person.headings.employment], 60, top - 8)
        for job in person.jobs:
            _font(canvas, person, 10, bold=True)
            canvas.drawString(60, top, f"{job.title}, {job.company}")
            canvas.drawRightString(WIDTH - 60, top, f"{job.start} - {job.end}")
            top = _down(canvas, person, [f"\u2022 {each}" for each in job.bullets], 60, top - 16)
        _down(canvas, person, _rest(person), 60, top - 8)

    return _pdf(draw)


def word(person: Person) -> bytes:
    return docx(body("".join(paragraph(escape(line)) for line in lines_of(person))))


def word_table(person: Person) -> bytes:
    """Periods in one column of a table, positions in the other."""

    def cell(*lines: str) -> str:
        return f"<w:tc>{''.join(paragraph(escape(line)) for line in lines)}</w:tc>"

    rows = [
        f"<w:tr>{cell(f'{job.start} - {job.end}')}{cell(f'{job.title}, {job.company}', *job.bullets)}</w:tr>"
        for job in person.jobs
    ]
    top = [person.name, person.email, person.phone, person.place, person.headings.summary, person.summary]
    table = f"<w:tbl>{''.join(rows)}</w:tbl>"
    heading = paragraph(escape(person.headings.employment))
    inner = "".join(paragraph(escape(line)) for line in top) + heading + table
    return docx(body(inner + "".join(paragraph(escape(line)) for line in _rest(person))))


def word_boxes(person: Person) -> bytes:
    """Name and contact in a text box that is painted dark, with white letters."""
    white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'

    def lines(*texts: str) -> str:
        return "".join(f"<w:p><w:r>{white}<w:t>{escape(each)}</w:t></w:r></w:p>" for each in texts)

    box = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><wps:wsp>'
        '<wps:spPr><a:solidFill><a:srgbClr val="1F3864"/></a:solidFill></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{lines(person.name, person.email, person.phone, person.place)}"
        "</w:txbxContent></wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    text = "".join(paragraph(escape(line)) for line in lines_of(person)[2:])
    return docx(body(box + text))


def plain(person: Person) -> bytes:
    return "\n".join(lines_of(person)).encode()


def utf_16(person: Person) -> bytes:
    return "\r\n".join(lines_of(person)).encode("utf-16")


def western(person: Person) -> bytes:
    return "\r\n".join(lines_of(person)).encode("cp1252")


def scanned(person: Person) -> bytes:
    image = Image.new("L", (827, 1170), 255)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines_of(person)):
        pen.text((60, 60 + 24 * row), line.encode("ascii", "replace").decode())
    return _pdf(lambda canvas: canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT))


LATIN = (ASHA, JOHN, MARIA, JUERGEN, CLAIRE, PRIYA, TOMAS)
WAYS: tuple[tuple[Callable[[Person], bytes], tuple[Person, ...]], ...] = (
    (one_column, (ASHA, MARIA, JUERGEN, WEI, YUKI, TOMAS)),
    (side_bar, (ASHA, JOHN, CLAIRE, PRIYA)),
    (dates_on_the_right, (JOHN, MARIA, PRIYA, TOMAS)),
    (word, (JUERGEN, CLAIRE, WEI, LAYLA)),
    (word_table, (ASHA, MARIA, PRIYA, TOMAS)),
    (word_boxes, (JOHN, JUERGEN, CLAIRE, YUKI)),
    (plain, (LAYLA, TOMAS, YUKI)),
    (utf_16, (WEI, MARIA)),
    (western, (CLAIRE, JOHN)),
)


def corpus() -> Iterator[Sample]:
    for way, people in WAYS:
        for person in people:
            yield Sample(f"{way.__name__}-{person.key}", person, way(person))
    for person in PEOPLE:
        page = PAGES / f"{person.key}.pdf"
        if page.exists():
            yield Sample(f"browser-{person.key}", person, page.read_bytes())
        page = PAGES / f"office-{person.key}.pdf"
        if page.exists():
            yield Sample(f"office-{person.key}", person, page.read_bytes())
    for person in (ASHA, JOHN):
        yield Sample(f"scanned-{person.key}", person, scanned(person), is_scan=True)
