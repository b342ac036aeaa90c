"""Prints some people's résumés with Chromium, once: `python -m tests.resume_pages [path of the browser]`.

The pages lie in git, as a machine that runs the tests need not have a browser.
"""

import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from tests.resume_corpus import ASHA, CLAIRE, JUERGEN, LAYLA, PAGES, Person

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


def main(browser: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for person in (ASHA, CLAIRE, JUERGEN, LAYLA):
            source = Path(folder) / f"{person.key}.html"
            source.write_text(page(person), encoding="utf-8")
            target = PAGES / f"{person.key}.pdf"
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            subprocess.run(
                [browser, *options, f"--print-to-pdf={target}", source.as_uri()], check=True, timeout=60
            )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "chromium")
