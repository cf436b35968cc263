"""A sender in a process of its own, to be killed: `python -m tests.messages.sender_process URL KEYS PORT`."""

import sys
from pathlib import Path

from assess.config import Settings
from assess.extensions import Database
from tests.messages.cast import deliver, mail_to
from tests.surveys.shop import Shop

if __name__ == "__main__":
    url, keys, port = sys.argv[1:]
    settings = Settings(
        data_dir=Path(keys).parent / "data",
        database_url=url,
        key_dir=Path(keys),
        organisation="Lantern",
        time_zone="Asia/Shanghai",
        mail=mail_to(int(port)),
    )
    deliver(Shop(settings, Database(url), {}))
