"""Settings are typed, have floors and say what is wrong."""

from pathlib import Path

import pytest

from assess.config import load_settings
from assess.errors import InputError
from assess.localisation import use_language


def test_without_any_variable_everything_lies_under_var() -> None:
    settings = load_settings({})
    assert settings.data_dir == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/assess.sqlite"
    assert settings.minimum_group_size == 5


def test_keys_never_lie_inside_the_data_folder() -> None:
    settings = load_settings({"ASSESS_DATA_DIR": "/srv/assess/data"})
    assert settings.data_dir not in settings.key_dir.parents


@pytest.mark.parametrize("text", ["3", "0", "-5", "five", "", "5.0"])
def test_the_minimum_has_a_floor_of_four(text: str) -> None:
    with pytest.raises(InputError, match=r"ASSESS_MINIMUM_GROUP_SIZE: “.*” is not allowed.*at least 4"):
        load_settings({"ASSESS_MINIMUM_GROUP_SIZE": text})


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
def test_a_wrong_time_zone_is_named_with_the_remedy(name: str) -> None:
    with pytest.raises(InputError, match=r"is no time zone\. Use a name such as Europe/Berlin"):
        load_settings({"ASSESS_TIME_ZONE": name})


def test_the_sentence_follows_the_language() -> None:
    with use_language("zh"), pytest.raises(InputError, match="不是有效的时区"):
        load_settings({"ASSESS_TIME_ZONE": "Mars/Olympus"})


@pytest.mark.parametrize("text", ["-1", "6", "one", "", "1.0"])
def test_the_number_of_proxies_is_a_small_number(text: str) -> None:
    with pytest.raises(InputError, match=r"ASSESS_PROXIES: “.*” is not allowed.*at most 5"):
        load_settings({"ASSESS_PROXIES": text})


def test_further_hosts_are_separated_by_commas() -> None:
    assert load_settings({}).also_hosts == ()
    assert load_settings({"ASSESS_ALSO_HOSTS": "192.168.1.20, shop.example,"}).also_hosts == (
        "192.168.1.20",
        "shop.example",
    )
