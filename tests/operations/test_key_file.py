"""The keys of a backup: unreadable without the passphrase, whole or refused, never written over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assess.accounts.errors import WeakPasswordError
from assess.accounts.secret import make_secret, secret_file
from assess.errors import InputError, RefusalError
from assess.operations.key_file import KeyCopies, copy_keys, lock_keys, put_back, unlock_keys
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from tests.databases.stores import Store
from tests.operations.saving import PASSPHRASE, empty_place
from tests.surveys.shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "shop")
    make_secret(shop.settings)
    yield shop
    shop.database.close()


def test_the_keys_come_back_as_they_were(shop: Shop, tmp_path: Path) -> None:
    copies = copy_keys(shop.settings)
    assert {name for keys in copies.cycles.values() for name in keys} == {LINK, OPENING}
    path = tmp_path / "keys"
    path.write_bytes(lock_keys(copies, PASSPHRASE))
    assert unlock_keys(path, PASSPHRASE) == copies
    settings, _database = empty_place(tmp_path / "new")
    put_back(settings, unlock_keys(path, PASSPHRASE), cycles=copies.cycles.keys())
    assert copy_keys(settings) == copies
    for file in [*settings.key_dir.rglob("*.key"), secret_file(settings)]:
        assert file.stat().st_mode & 0o777 == 0o600
    for folder in [settings.key_dir, *settings.key_dir.iterdir()]:
        assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_of_them_can_be_read_and_no_two_files_are_alike(shop: Shop) -> None:
    copies = copy_keys(shop.settings)
    locked = [lock_keys(copies, PASSPHRASE) for _ in range(2)]
    assert locked[0][14:] != locked[1][14:]
    assert copies.secret is not None
    secrets = [key for keys in copies.cycles.values() for key in keys.values()] + [copies.secret.encode()]
    cycle = shop.cycle().id
    for secret in [*secrets, cycle, cycle.hex().encode(), b"link.key"]:
        assert secret not in locked[0]


def test_another_passphrase_and_a_changed_byte_are_refused_in_the_same_words(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    whole = lock_keys(copy_keys(shop.settings), PASSPHRASE)
    path.write_bytes(whole)
    with pytest.raises(InputError, match="the passphrase is another one, or the file is damaged"):
        unlock_keys(path, PASSPHRASE + "!")
    for place in (20, 40, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InputError, match="the passphrase is another one, or the file is damaged"):
            unlock_keys(path, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"assess-keys/1\n", b"PK\x03\x04", b"assess-keys/2\n" + bytes(200)])
def test_what_is_no_key_file_is_called_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(InputError, match="no key file of a backup; name the one written with --keys"):
        unlock_keys(tmp_path / "keys", PASSPHRASE)
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
        unlock_keys(tmp_path / "none", PASSPHRASE)


def test_the_same_passphrase_from_another_keyboard_opens(shop: Shop, tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9 lanterns over the harbour", "cafe\u0301 lanterns over the harbour"
    (tmp_path / "keys").write_bytes(lock_keys(copy_keys(shop.settings), composed))
    assert unlock_keys(tmp_path / "keys", decomposed).cycles


@pytest.mark.parametrize("weak", ["", "short", "passwordpassword1234"])
def test_a_weak_passphrase_is_refused(weak: str) -> None:
    with pytest.raises(WeakPasswordError):
        lock_keys(KeyCopies({}, None), weak)


def test_after_closing_there_is_nothing_left_to_copy_but_the_secret(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    assert {name for keys in copy_keys(shop.settings).cycles.values() for name in keys} == {OPENING}
    shop.open()
    copies = copy_keys(shop.settings)
    assert copies.cycles == {}
    assert copies.secret is not None


def test_a_key_that_is_there_is_never_written_over(shop: Shop) -> None:
    before = copy_keys(shop.settings)
    other = {cycle_id: dict.fromkeys(keys, bytes(32)) for cycle_id, keys in before.cycles.items()}
    put_back(shop.settings, KeyCopies(other, before.secret), cycles=other.keys())
    assert copy_keys(shop.settings) == before


def test_keys_of_cycles_that_do_not_go_on_stay_in_the_file(shop: Shop, tmp_path: Path) -> None:
    settings, _database = empty_place(tmp_path / "new")
    put_back(settings, copy_keys(shop.settings), cycles=())
    assert not CycleKeys(settings.key_dir, shop.cycle().id).holds(LINK)


def test_a_secret_in_the_environment_stays_there(shop: Shop, tmp_path: Path) -> None:
    settings = replace(empty_place(tmp_path / "new")[0], secret_key="0123456789abcdef" * 4)
    put_back(settings, None, cycles=())
    assert not secret_file(settings).exists()


def test_other_files_in_the_key_directory_are_ignored(shop: Shop) -> None:
    before = copy_keys(shop.settings)
    (shop.settings.key_dir / "README").write_text("keep out", encoding="utf-8")
    (shop.settings.key_dir / "lost+found").mkdir()
    assert copy_keys(shop.settings) == before


@pytest.mark.usefixtures("each_database")
def test_a_host_without_the_key_directory_says_so(tmp_path: Path) -> None:
    settings, _database = empty_place(tmp_path / "web")
    with pytest.raises(RefusalError, match=r"no key directory .* on this machine"):
        copy_keys(settings)
