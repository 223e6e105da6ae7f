"""Settings come from the environment, and each is documented."""

import inspect
import re
from pathlib import Path

import pytest

from gcrm.platform import settings as settings_module
from gcrm.platform.errors import InputRejected
from gcrm.platform.settings import Settings

MAP_OF_THE_HOUSE = Path(settings_module.__file__).parents[1] / "README.md"


def test_defaults_stay_on_this_machine() -> None:
    settings = Settings.from_environment({})
    assert settings.host == "127.0.0.1"
    assert settings.database_url == settings.redis_url == settings.outside_geocoders == ""
    assert settings.database_file == settings.home / "gcrm.gpkg"


def test_each_setting_is_read(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "GCRM_HOME": str(tmp_path),
            "GCRM_DATABASE_URL": "postgresql://localhost/gcrm",
            "GCRM_REDIS_URL": "redis://localhost/0",
            "GCRM_ROUTER": "streets",
            "GCRM_HOST": "192.0.2.1",
            "GCRM_PORT": "8080",
            "GCRM_OUTSIDE_GEOCODERS": "nominatim=https://192.0.2.2",
            "GCRM_OSRM_URL": "http://192.0.2.3:5000",
            "GCRM_WEB_PROCESSES": "3",
            "GCRM_FILES": "/mnt/gcrm",
            "GCRM_OIDC_ISSUER": "https://login.company.example/realm",
            "GCRM_OIDC_CLIENT_ID": "gcrm",
            "GCRM_OIDC_CLIENT_SECRET": "secret",
            "GCRM_OIDC_LABEL": "Company",
            "GCRM_PASSWORDS": "no",
        }
    )
    assert settings == Settings(
        tmp_path,
        "postgresql://localhost/gcrm",
        "redis://localhost/0",
        "streets",
        "192.0.2.1",
        8080,
        "nominatim=https://192.0.2.2",
        "http://192.0.2.3:5000",
        3,
        files_dir=Path("/mnt/gcrm"),
        oidc_issuer="https://login.company.example/realm",
        oidc_client_id="gcrm",
        oidc_client_secret="secret",  # noqa: S106
        oidc_label="Company",
        passwords="no",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GCRM_PORT", "eighty"),
        ("GCRM_PORT", "70000"),
        ("GCRM_ROUTER", "valhalla"),
        ("GCRM_WEB_PROCESSES", "two"),
        ("GCRM_WEB_PROCESSES", "65"),
        ("GCRM_OSRM_URL", "localhost:5000"),
        ("GCRM_OSRM_URL", "http://"),
        ("GCRM_OSRM_URL", "http://host:99999"),
        ("GCRM_OSRM_URL", "file:///etc/passwd"),
        ("GCRM_OIDC_ISSUER", "http://login.company.example"),
        ("GCRM_OIDC_ISSUER", "https://"),
        ("GCRM_OIDC_ISSUER", "https://user@login.company.example"),
        ("GCRM_OIDC_ISSUER", "https://login.company.example/?a=b"),
        ("GCRM_PASSWORDS", "sometimes"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InputRejected, match=name):
        Settings.from_environment({name: value})


def test_a_provider_needs_to_know_who_asks() -> None:
    with pytest.raises(InputRejected, match="GCRM_OIDC_CLIENT_ID"):
        Settings.from_environment({"GCRM_OIDC_ISSUER": "http://localhost:8080"})


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r'"(GCRM_[A-Z_]+)"', inspect.getsource(settings_module)))
    documented = set(re.findall(r"^\| `(GCRM_[A-Z_]+)`", MAP_OF_THE_HOUSE.read_text(encoding="utf-8"), re.MULTILINE))
    assert read == documented
