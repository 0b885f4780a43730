"""Reads INI files with `configparser`, and tells what they hold, section by section."""

import configparser
import io

from lines import answer_each


def answer(text):
    parser = configparser.ConfigParser()
    try:
        # As a file on the disk is read: in text mode.
        parser.read_file(io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    except configparser.Error as error:
        return {"error": type(error).__name__}
    return {
        "sections": {
            section: {option: value_of(parser, section, option) for option in parser.options(section)}
            for section in parser.sections()
        }
    }


def value_of(parser, section, option):
    try:
        return parser.get(section, option)
    except configparser.InterpolationError:
        return None


answer_each(answer)
