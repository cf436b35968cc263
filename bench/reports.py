"""How long does a report take, how much memory, how many a minute: beside Chromium printing the same pages, in one run.

    python bench/reports.py [--rounds N] [--data DIR] [--quick]

Three things take turns, so that the ratios hold on any machine and on a busy one: our renderer draws the report of a
team in the demo company, Chromium prints the same page, and our renderer draws as many pages of plain paragraphs. Then
a process draws its first report, one draws forty and says how much memory it held, and two processes draw all reports
of a quarter in both languages. The demo company is built in a passing folder unless --data names its data folder.
"""

import argparse
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from assess.config import Settings, load_settings  # noqa: E402 - after the path
from assess.demo.build import build_demo, demo_settings  # noqa: E402
from assess.demo.company import AFTER_SALES, CLOSED  # noqa: E402
from assess.extensions import open_database  # noqa: E402
from assess.localisation import LANGUAGES, use_language  # noqa: E402
from assess.reports.fonts import font_family, prepare_fonts  # noqa: E402
from assess.reports.page import report_page  # noqa: E402
from assess.reports.pdf import render_pdf  # noqa: E402
from assess.reports.team_reports import team_report  # noqa: E402
from assess.tasks.batches import Batch  # noqa: E402
from assess.tasks.reading import read_once  # noqa: E402

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
DRAWN_FOR_MEMORY = 40
WORKER = """
import sys
from assess.config import load_settings
from assess.extensions import open_database
from assess.jobs.claims import Claim
from assess.tasks.reports import draw, read_once, wanted_report
from assess.tasks.running import Work

settings = load_settings({"ASSESS_DATA_DIR": sys.argv[1], "ASSESS_REPORTS_DIR": sys.argv[1] + "/bench"})
database = open_database(settings)
reported = read_once(database, sys.argv[2])
for place in range(int(sys.argv[3])):
    team = reported.nodes[place // 2 % len(reported.nodes)]
    wanted = wanted_report(reported, team, language=("en", "zh")[place % 2])
    draw(Work(database, settings, Claim(b"", b"", wanted.kind, wanted.key, wanted.arguments, 1)))
status = dict(line.split(":") for line in open("/proc/self/status") if line.startswith("Vm"))
print(status["VmRSS"].split()[0], status["VmHWM"].split()[0])
"""
RATIO, PAGE_MS, MEMORY_MB, PER_MINUTE = 1.5, 120.0, 200.0, 100.0


@dataclass(frozen=True)
class Subject:
    """What is drawn: the page of one report in each language."""

    settings: Settings
    quarter: str
    pages: Mapping[str, str]


def main() -> None:
    """Measure and print; each target says whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--data", type=Path, help="data folder of a demo company that is there already")
    parser.add_argument("--quick", action="store_true", help="two rounds and no batch: does it run at all?")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subject = subject_of(options.data or Path(folder) / "demo")
        for language in LANGUAGES:
            warm(subject, language, rounds=2 if options.quick else options.rounds)
        first(subject, rounds=1 if options.quick else 5)
        memory(subject, count=2 if options.quick else DRAWN_FOR_MEMORY)
        if not options.quick:
            throughput(subject, Path(folder))


def subject_of(data: Path) -> Subject:
    """Take a large team in the last closed quarter: its report has every part."""
    settings = demo_settings(load_settings({"ASSESS_DATA_DIR": str(data)}))
    labels = build_demo(settings, now=datetime.now(UTC), reset=False, say=lambda _sentence: None).labels
    database = open_database(settings)
    reported = read_once(database, labels[CLOSED[-1]])
    database.close()
    team = reported.cycle.node(AFTER_SALES)
    assert team is not None
    pages = {}
    for language in LANGUAGES:
        with use_language(language):
            pages[language] = report_page(team_report(reported, team))
    return Subject(settings, labels[CLOSED[-1]], pages)


def warm(subject: Subject, language: str, *, rounds: int) -> None:
    """Take turns with Chromium and with plain paragraphs."""
    html = subject.pages[language]
    sheets = page_count(render_pdf(html))
    plain = paragraphs(sheets, language)
    with chromium() as print_page:
        things = {
            "ours": lambda: render_pdf(html),
            "chrome": lambda: print_page(html),
            "plain": lambda: render_pdf(plain),
        }
        times = in_turns(things, rounds)
    ours, theirs, bare = (1000 * statistics.median(times[name]) for name in ("ours", "chrome", "plain"))
    ratio = statistics.median(a / b for a, b in zip(times["ours"], times["chrome"], strict=True))
    print(
        f"warm {language}: {sheets} pages in {ours:.0f} ms ({ours / sheets:.0f} ms a page), at best "
        f"{1000 * min(times['ours']):.0f} ms; Chromium {theirs:.0f} ms; plain paragraphs {bare:.0f} ms; "
        f"{ratio:.2f} times Chromium, {ours / bare:.2f} times plain paragraphs"
    )
    judge(f"warm {language} at most {RATIO} times Chromium", ratio, at_most=RATIO)
    judge(f"warm {language} at most {PAGE_MS:.0f} ms a page", ours / sheets, at_most=PAGE_MS)


def first(subject: Subject, *, rounds: int) -> None:
    """Start a process for one report, as after an installation was started; Chromium starts for one print too."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(subject.pages["en"], encoding="utf-8")
        program = "import sys; from assess.reports.pdf import render_pdf; render_pdf(open(sys.argv[1]).read())"
        ours = [sys.executable, "-c", program, str(page)]
        out = f"--print-to-pdf={folder}/out.pdf"
        theirs = [chromium_path(), "--headless", *FLAGS, f"--user-data-dir={folder}/profile", out, page.as_uri()]
        times = in_turns({"ours": lambda: run(ours), "chrome": lambda: run(theirs)}, rounds)
    mine, chrome = statistics.median(times["ours"]), statistics.median(times["chrome"])
    print(f"first report of a process: {mine:.2f} s; Chromium from its start {chrome:.2f} s; ratio {mine / chrome:.2f}")


def memory(subject: Subject, *, count: int) -> None:
    """Let a worker draw many reports of all teams; ask what it holds between them, and what it ever held."""
    arguments = [str(subject.settings.data_dir), subject.quarter, str(count)]
    done = subprocess.run([sys.executable, "-c", WORKER, *arguments], cwd=ROOT, check=True, capture_output=True)
    held, most = (int(word) / 1024 for word in done.stdout.split())
    with chromium() as print_page:
        print_page(subject.pages["en"])
        chrome = sum(map(proportional_mb, descendants(os.getpid())))
    print(
        f"memory: a worker holds {held:.0f} MB after {count} reports, {most:.0f} MB at most while it draws; "
        f"Chromium with its driver {chrome:.0f} MB"
    )
    judge(f"worker at most {MEMORY_MB:.0f} MB", held, at_most=MEMORY_MB)


def throughput(subject: Subject, folder: Path) -> None:
    """Draw all reports of a quarter in both languages with two processes; let two Chromiums print as many pages."""
    database = open_database(subject.settings)
    shutil.rmtree(subject.settings.data_dir / "reports", ignore_errors=True)
    batch = Batch(database, subject.settings, subject.quarter, folder / "out", languages=LANGUAGES)
    moments: list[float] = []
    started = time.perf_counter()
    batch.run(processes=2, tell=lambda _progress: moments.append(time.perf_counter()))
    database.close()
    whole = 60 * batch.total / (moments[-1] - started)
    steady = 60 * (len(moments) - 1) / (moments[-1] - moments[0])
    theirs = printed_per_minute(subject, batch.total)
    print(
        f"batch of {batch.total} reports, two processes: {whole:.0f} a minute with their start, {steady:.0f} once they "
        f"draw; two Chromiums print {theirs:.0f} of a large one a minute; ratio {steady / theirs:.2f}"
    )
    judge(f"at least {PER_MINUTE:.0f} reports a minute", steady, at_least=PER_MINUTE)


def printed_per_minute(subject: Subject, count: int) -> float:
    """Let two Chromiums print, each with a driver of its own, and count from when both are warm."""
    context = get_context("spawn")
    both = context.Barrier(3)
    share = count // 2
    processes = [context.Process(target=_print_many, args=(dict(subject.pages), share, both)) for _place in range(2)]
    for process in processes:
        process.start()
    both.wait()
    started = time.perf_counter()
    for process in processes:
        process.join()
    return 60 * 2 * share / (time.perf_counter() - started)


def _print_many(pages: Mapping[str, str], count: int, both: Barrier) -> None:
    with chromium() as print_page:
        for language in LANGUAGES:
            print_page(pages[language])
        both.wait()
        for place in range(count):
            print_page(pages[LANGUAGES[place % 2]])


@contextmanager
def chromium() -> Iterator[Callable[[str], bytes]]:
    """Keep one running, with our fonts, and give what prints a page: tagged, with an outline, as our files are."""
    from playwright.sync_api import sync_playwright

    prepare_fonts()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_page()

        def print_page(html: str) -> bytes:
            page.set_content(html)
            return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)

        yield print_page
        browser.close()


def chromium_path() -> str:
    """Find the distribution's."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("Chromium is not installed. On Debian: apt-get install chromium")
    return found


def in_turns(things: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Do each once unmeasured, then all in turn; seconds by name."""
    times: dict[str, list[float]] = {name: [] for name in things}
    for place in range(rounds + 1):
        for name, thing in things.items():
            started = time.perf_counter()
            thing()
            if place:
                times[name].append(time.perf_counter() - started)
    return times


def run(command: Sequence[str]) -> None:
    """Run a program to its end."""
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def paragraphs(sheets: int, language: str) -> str:
    """Fill the same number of pages with plain text in our fonts, and nothing else."""
    sentence = {
        "en": "Plain words in a plain paragraph, line after line. ",
        "zh": "平铺直叙的文字一行接着一行，没有图表。",
    }
    style = f"html {{ font: 9.75pt/1.45 {font_family(language)} }} @page {{ size: A4; margin: 14mm 18mm 17mm }}"
    style += "p { margin: 0 0 2mm } section { break-before: page }"
    body = "".join(f"<section>{f'<p>{sentence[language] * 6}</p>' * 14}</section>" for _sheet in range(sheets))
    html = f'<html lang="{language}"><title>Plain</title><style>{style}</style>{body}</html>'
    assert page_count(render_pdf(html)) == sheets
    return html


def page_count(content: bytes) -> int:
    """Count the pages of a PDF."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def descendants(parent: int) -> Iterator[int]:
    """List the processes below one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if above == parent:
            yield int(folder.name)
            yield from descendants(int(folder.name))


def proportional_mb(pid: int) -> float:
    """Return what one process holds, shared memory divided among those who share it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def judge(what: str, measured: float, *, at_most: float = float("inf"), at_least: float = 0.0) -> None:
    """Say whether a target holds."""
    holds = at_least <= measured <= at_most
    print(f"Target: {what}: {'holds' if holds else 'DOES NOT HOLD'} ({measured:.2f})")


if __name__ == "__main__":
    main()
