"""The measurements of examples/extract_eval.rs with Python's tools.

pip install trafilatura readability-lxml
python benches/extract_eval.py mozilla|trafilatura FOLDER
"""

import html
import json
import logging
import pathlib
import re
import sys
import time
from collections import Counter

import trafilatura
from readability import Document

logging.disable(logging.CRITICAL)


def text_of(page):
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def by_readability(page):
    return text_of(Document(page).summary())


def by_trafilatura(page):
    return trafilatura.extract(page, include_comments=False, include_tables=True) or ""


TOOLS = {"trafilatura": by_trafilatura, "readability-lxml": by_readability}


def timed(tool, source):
    """What a tool finds, nothing where it fails, and how long it took."""
    begun = time.perf_counter()
    try:
        found = tool(source)
    except Exception:
        found = ""
    return found, time.perf_counter() - begun


def share(part, rest):
    return part / (part + rest) if part + rest else 1.0


def scores(right, wrong, missed):
    return share(right, wrong), share(right, missed), share(2 * right, wrong + missed)


def words(text):
    return Counter(re.findall(r"[^\W_]+", text.lower()))


def mozilla(folder, tool):
    total, took = [0.0, 0.0, 0.0], 0.0
    pages = sorted(p for p in folder.iterdir() if p.is_dir())
    for page in pages:
        source = (page / "source.html").read_bytes().decode("utf-8", "replace")
        found, seconds = timed(tool, source)
        took += seconds
        expected, found = words(text_of((page / "expected.html").read_text())), words(found)
        right = (expected & found).total()
        for place, score in enumerate(scores(right, found.total() - right, expected.total() - right)):
            total[place] += score
    return [score / len(pages) for score in total], len(pages), took


def evaldata(folder, tool):
    right = wrong = missed = 0
    took = 0.0
    data = json.loads((folder / "evaldata.json").read_text())
    for item in data.values():
        path = folder / "cache" / item["file"]
        source = (path if path.exists() else folder / "eval" / item["file"]).read_bytes()
        found, seconds = timed(tool, source)
        took += seconds
        found = " ".join(found.split())
        hits = sum(" ".join(piece.split()) in found for piece in item["with"])
        right, missed = right + hits, missed + len(item["with"]) - hits
        wrong += sum(" ".join(piece.split()) in found for piece in item["without"])
    return scores(right, wrong, missed), len(data), took


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    measure = {"mozilla": mozilla, "trafilatura": evaldata}[kind]
    for name, tool in TOOLS.items():
        (precision, recall, f1), n_pages, took = measure(folder, tool)
        print(f"{name:18} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  {n_pages} pages, {n_pages / took:.0f} a second")


main()
