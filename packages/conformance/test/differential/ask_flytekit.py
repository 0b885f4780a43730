"""Reads settings with the current flytekit: each by itself, and all of them as `PlatformConfig` has them."""

import configparser
import dataclasses

import yaml
from flytekit.configuration import AuthType, PlatformConfig, internal
from flytekit.configuration.file import ConfigEntry, ConfigFile
from flytekit.exceptions.user import FlyteAssertion
from lines import answer_each, plain, surround, write

entries = {
    f"{entry.legacy.section}.{entry.legacy.option}": entry
    for group in (internal.Platform, internal.Credentials, internal.Local)
    for entry in vars(group).values()
    if isinstance(entry, ConfigEntry)
}


def answer(case):
    surround(case)
    file = None
    if case["file"] is not None:
        path, text = case["file"]["path"], case["file"]["text"]
        write(path, text)
        try:
            # Not through get_config_file, which remembers a path.
            file = ConfigFile(path)
        except (configparser.Error, FlyteAssertion) as error:
            return {"refused": type(error).__name__}
        if file.legacy_config is None and is_broken(path):
            return {"ignored": True, **all_of(None)}
    return all_of(file)


def all_of(file):
    return {"values": {name: value_of(entry, file) for name, entry in entries.items()}, **view_of(file)}


def value_of(entry, file):
    raw = raw_of(entry, file)
    try:
        return {"value": plain(entry.read(file)), **raw}
    except Exception as error:
        return {"fault": type(error).__name__, **raw}


def raw_of(entry, file):
    """What the place that wins has, before anything is made of it."""
    text = entry.legacy.read_from_env()
    if text is None and file is not None and file.legacy_config is not None:
        try:
            text = file.legacy_config.get(entry.legacy.section, entry.legacy.option)
        except configparser.InterpolationError:
            return {"lost": True}
        except configparser.Error:
            pass
    return {"raw": text}


def view_of(file):
    try:
        view = dataclasses.asdict(PlatformConfig.auto(file))
    except Exception as error:
        return {"failed": type(error).__name__}
    return {"view": {name: plain(value) for name, value in view.items()}, "mode": mode_of(view["auth_mode"])}


def mode_of(mode):
    """The mode as flytekit's authenticator understands it; none where it does not."""
    if isinstance(mode, AuthType):
        return mode.name
    try:
        return AuthType[mode.upper()].name
    except (KeyError, AttributeError):
        return None


def is_broken(path):
    with open(path, encoding="utf-8") as file:
        try:
            yaml.safe_load(file)
        except yaml.YAMLError:
            return True
    return False


answer_each(answer)
