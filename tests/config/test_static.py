"""What a server build does: every static file gets a hashed name, and every file that a stylesheet names exists."""

import json

from django.core.management import call_command


def test_all_static_files_can_be_collected_under_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    ours = [name for name in names if name.startswith(("css/", "js/"))]
    assert ours
    assert [name for name in ours if names[name] == name] == []
    assert [name for name in names if not (tmp_path / names[name]).exists()] == []
