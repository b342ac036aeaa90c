"""Prints some people's résumés with Chromium and with LibreOffice Writer, once.

`python -m tests.resume_pages [path of the browser] [path of soffice]`. The pages lie in git, as a
machine that runs the tests need have neither.
"""

import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from tests.resume_corpus import ASHA, CLAIRE, JOHN, JUERGEN, LAYLA, MARIA, PAGES, Person

STYLE = """
@page { size: A4; margin: 14mm } body { font: 10pt 'Liberation Sans', 'DejaVu Sans', sans-serif }
main { display: grid; grid-template-columns: 58mm 1fr; gap: 10mm } h1 { font-size: 20pt; margin: 0 0 2mm }
h2 { font-size: 12pt; margin: 4mm 0 1mm } p, ul { margin: 0 0 1mm } li { margin: 0 } small { color: #666 }
"""


def page(person: Person) -> str:
    direction = "rtl" if person is LAYLA else "ltr"
    side = [
        *(f'<p dir="auto"><bdi dir="ltr">{escape(each)}</bdi></p>' for each in (person.email, person.phone)),
        f"<p>{escape(person.place)}</p>",
        f"<h2>{person.headings.skills}</h2>",
        *(f"<p>{escape(each)}</p>" for each in person.skills),
        f"<h2>{person.headings.languages}</h2>",
        *(f"<p>{escape(each)}</p>" for each in person.languages),
    ]
    story = [f"<h2>{person.headings.summary}</h2><p>{escape(person.summary)}</p>"]
    story.append(f"<h2>{person.headings.employment}</h2>")
    for job in person.jobs:
        bullets = "".join(f"<li>{escape(each)}</li>" for each in job.bullets)
        story.append(f"<p><b>{escape(job.title)}, {escape(job.company)}</b></p>")
        story.append(f"<p>{job.start} - {job.end}</p><ul>{bullets}</ul>")
    story.append(f"<h2>{person.headings.education}</h2>")
    story += [f"<p>{escape(f'{each.degree}, {each.school}, {each.year}')}</p>" for each in person.studies]
    return (
        f'<!doctype html><html dir="{direction}"><meta charset="utf-8"><style>{STYLE}</style>'
        f"<h1>{escape(person.name)}</h1><main><div>{''.join(side)}</div><div>{''.join(story)}</div></main>"
        "<small>1 / 1</small></html>"
    )


def letter(person: Person) -> str:
    """As somebody types it into a word processor: headings, a table of periods and positions, lists."""
    rows = "".join(
        f"<tr valign='top'><td width='28%'>{job.start} - {job.end}</td>"
        f"<td><b>{escape(job.title)}, {escape(job.company)}</b><br>"
        f"{'<br>'.join(map(escape, job.bullets))}</td></tr>"
        for job in person.jobs
    )
    lists = (
        (
            person.headings.education,
            [f"{each.degree}, {each.school}, {each.year}" for each in person.studies],
        ),
        (person.headings.skills, person.skills),
        (person.headings.languages, person.languages),
    )
    rest = "".join(
        f"<h2>{heading}</h2><ul>{''.join(f'<li>{escape(each)}</li>' for each in items)}</ul>"
        for heading, items in lists
    )
    return (
        '<html><meta charset="utf-8"><body style="font-family: Liberation Serif">'
        f"<h1>{escape(person.name)}</h1><p>{escape(person.email)}<br>{escape(person.phone)}<br>"
        f"{escape(person.place)}</p><h2>{person.headings.summary}</h2><p>{escape(person.summary)}</p>"
        f"<h2>{person.headings.employment}</h2><table width='100%'>{rows}</table>{rest}</body></html>"
    )


def main(browser: str, office: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for person in (ASHA, JOHN, MARIA):
            source = Path(folder) / f"office-{person.key}.html"
            source.write_text(letter(person), encoding="utf-8")
            options = ["--headless", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export"]
            subprocess.run([office, *options, "--outdir", str(PAGES), str(source)], check=True, timeout=120)
        for person in (ASHA, CLAIRE, JUERGEN, LAYLA):
            source = Path(folder) / f"{person.key}.html"
            source.write_text(page(person), encoding="utf-8")
            target = PAGES / f"{person.key}.pdf"
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            subprocess.run(
                [browser, *options, f"--print-to-pdf={target}", source.as_uri()], check=True, timeout=60
            )


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(given.get(1, "chromium"), given.get(2, "soffice"))
