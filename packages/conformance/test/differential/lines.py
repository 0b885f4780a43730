"""What the workers share: one case a line in, what becomes of it a line out, both JSON."""

import json
import logging
import os
import sys
import tempfile


def answer_each(answer):
    """Writes `answer(case)` for every case of standard input."""
    # flytekit tells at length what it reads.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))))
        os.chdir("/")


def surround(case):
    """Makes the environment and the files of a case, with nothing else around. The folder it works in is the home as well."""
    for name in os.listdir():
        os.rmdir(name) if os.path.isdir(name) else os.remove(name)
    for name, text in case["files"].items():
        write(name, text)
    os.environ.clear()
    os.environ.update(case["env"], HOME=os.getcwd())


def write(name, text):
    """Writes a file as it is, line breaks and all; no text stands for a folder."""
    if text is None:
        os.mkdir(name)
        return
    with open(name, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def plain(value):
    """A value as JSON, which keeps no numbers, dates and mappings apart as Python does: these become what they are called."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, list):
        return [plain(each) for each in value]
    return {"kind": type(value).__name__, "text": str(value)}
