"""What this crate and Python's tools find of pages that others have judged, in one table.

pip install trafilatura readability-lxml
cargo build --release -p gimlet-tool-browser --example extract_eval
python benches/extract_eval.py target/release/examples/extract_eval MOZILLA TRAFILATURA

MOZILLA is `test/test-pages` of Mozilla's Readability, TRAFILATURA is `tests` of trafilatura: what is
measured on them, and what the two halves are, stands in examples/extract_eval.rs, which measures this
crate, and html2text as mistral.rs uses it. All tools read the same pages in the same run, each on one thread; a second is one of the
processor's time. This crate is measured before and after the others, and the slower run counts.
"""

import html
import json
import logging
import pathlib
import re
import subprocess
import sys
import time
from collections import Counter

import trafilatura
from readability import Document

logging.disable(logging.CRITICAL)

UNSEEN = str.maketrans("", "", "\u00ad\u200b\u2063\ufeff")


def text_of(page):
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def by_readability(page):
    return text_of(Document(page).summary())


def by_trafilatura(page):
    return trafilatura.extract(page, include_comments=False, include_tables=True) or ""


TOOLS = {"trafilatura": by_trafilatura, "readability-lxml": by_readability}


def read_all(tool, sources):
    """What a tool finds, nothing where it fails, and how long it took."""
    begun = time.process_time()
    found = []
    for source in sources:
        try:
            found.append(tool(source))
        except Exception:
            found.append("")
    return found, time.process_time() - begun


def share(part, rest):
    return part / (part + rest) if part + rest else 1.0


def scores(right, wrong, missed):
    return share(right, wrong), share(right, missed), share(2 * right, wrong + missed)


def words(text):
    return Counter(re.findall(r"[^\W_]+", text.lower()))


def line(text):
    return " ".join(text.translate(UNSEEN).split())


def half(name):
    value = 2166136261
    for byte in name.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value >> 16 & 1


def mozilla(folder, tool):
    pages = sorted(p for p in folder.iterdir() if p.is_dir())
    sources = [(page / "source.html").read_bytes().decode("utf-8", "replace") for page in pages]
    all_found, took = read_all(tool, sources)
    total = [0.0, 0.0, 0.0]
    for page, found in zip(pages, all_found):
        expected, found = words(text_of((page / "expected.html").read_text())), words(found)
        right = (expected & found).total()
        for place, score in enumerate(scores(right, found.total() - right, expected.total() - right)):
            total[place] += score
    return {"mozilla": ([score / len(pages) for score in total], len(pages), took)}


def evaldata(folder, tool):
    data = json.loads((folder / "evaldata.json").read_text())
    paths = [folder / "cache" / item["file"] for item in data.values()]
    sources = [(path if path.exists() else folder / "eval" / path.name).read_bytes() for path in paths]
    all_found, took = read_all(tool, sources)
    counts = [[0, 0, 0], [0, 0, 0]]
    for item, found in zip(data.values(), all_found):
        found = line(found)
        right = sum(line(piece) in found for piece in item["with"])
        wrong = sum(line(piece) in found for piece in item["without"])
        for place, count in enumerate((right, wrong, len(item["with"]) - right)):
            counts[half(item["file"])][place] += count
    both = [one + two for one, two in zip(*counts)]
    parts = {"first half": counts[0], "second half": counts[1], "trafilatura": both}
    return {name: (scores(*part), len(data), took) for name, part in parts.items()}


def by_program(*command):
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = {}
    for row in said.splitlines():
        name, precision, recall, f1, n_pages, speed = row.split("\t")
        rows[name] = ([float(precision), float(recall), float(f1)], int(n_pages), int(n_pages) / float(speed))
    return rows


def main():
    program, *folders = sys.argv[1:]
    kinds = [("mozilla", mozilla, folders[0]), ("trafilatura", evaldata, folders[1])]
    print(f"{'pages':12} {'tool':17} precision recall     F1  pages/s  this crate's speed")
    for kind, measure, folder in kinds:
        before = by_program(program, kind, folder)
        others = {name: measure(pathlib.Path(folder), tool) for name, tool in TOOLS.items()}
        others["html2text"] = by_program(program, kind, folder, "html2text")
        after = by_program(program, kind, folder)
        ours = {name: (row[0], row[1], max(row[2], after[name][2])) for name, row in before.items()}
        for part, (_, _, our_time) in ours.items():
            for name, rows in {"this crate": ours, **others}.items():
                (precision, recall, f1), n_pages, took = rows[part]
                print(
                    f"{part:12} {name:17}     {precision:.3f}  {recall:.3f}  {f1:.3f}"
                    f"  {n_pages / took:7.0f}  {took / our_time:.1f} times"
                )


main()
