"""Reads settings with flytekit 0.16, the one whose environment has redirects."""

import configparser
import importlib.util
import sys
import types

# The package's own __init__ imports all of flytekit and what it depends on: without it, what is here is `configuration` alone.
package = types.ModuleType("flytekit")
package.__path__ = importlib.util.find_spec("flytekit").submodule_search_locations
sys.modules["flytekit"] = package

from flytekit.common.exceptions.user import FlyteAssertion  # noqa: E402
from flytekit.configuration import common, creds, platform  # noqa: E402
from lines import answer_each, plain, surround, write  # noqa: E402

ours = [
    # 0.16 has lists and numbers elsewhere; these are of the same classes, by names of our table.
    common.FlyteStringListConfigurationEntry("credentials", "scopes"),
    common.FlyteStringListConfigurationEntry("credentials", "command"),
    common.FlyteIntegerConfigurationEntry("admin", "max_retries"),
    common.FlyteBoolConfigurationEntry("platform", "insecure_skip_verify", default=False),
]
entries = {
    f"{entry._section}.{entry._key}": entry
    for entry in [*vars(platform).values(), *vars(creds).values(), *ours]
    if isinstance(entry, common._FlyteConfigurationEntry)
}


def answer(case):
    surround(case)
    path = None
    if case["file"] is not None:
        path = case["file"]["path"]
        write(path, case["file"]["text"])
    common.CONFIGURATION_SINGLETON.reset_config(path)
    try:
        config = common.CONFIGURATION_SINGLETON.config
    except (configparser.Error, FlyteAssertion) as error:
        return {"refused": type(error).__name__}
    return {"values": {name: value_of(entry, config) for name, entry in entries.items()}}


def value_of(entry, config):
    raw = raw_of(entry, config)
    try:
        value = entry.get()
    except ValueError as error:
        return {"fault": type(error).__name__, **raw}
    return {"value": plain(value), **raw}


def raw_of(entry, config):
    """What the place that wins has, before anything is made of it."""
    text = entry.retrieve_value()
    is_in_file = text is None and config is not None
    if is_in_file:
        try:
            text = config.get(entry._section, entry._key)
        except configparser.InterpolationError:
            return {"lost": True, "is_in_file": True}
        except configparser.Error:
            pass
    return {"raw": text, "is_in_file": is_in_file}


answer_each(answer)
