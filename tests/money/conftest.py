"""The thousand rounds take long: they run when asked for, by `make test-load`."""

import pytest


def pytest_collection_modifyitems(config, items):
    if "load" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("load"):
                item.add_marker(pytest.mark.skip(reason="make test-load"))
