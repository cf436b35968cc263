"""An authenticator app of the tests: it computes codes by itself, from RFC 4226, without the library of the product."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode
from dataclasses import dataclass

from tests.accounts.accounts_cast import PASSWORD
from tests.app.browsing import Browsing

STEP = 30


@dataclass
class App:
    """One app with one secret."""

    secret: str

    def code(self, steps: int = 1) -> str:
        """Show the code of the next step of thirty seconds, which is taken now and when it has begun."""
        counter = int(time.time()) // STEP + steps
        digest = hmac.new(b32decode(self.secret), struct.pack(">Q", counter), hashlib.sha1).digest()
        place = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def set_up_app(browsing: Browsing, password: str = PASSWORD) -> tuple[App, list[str]]:
    """Set an app up as a person does; return it with the recovery codes that were shown."""
    data = {"csrf_token": browsing.token("/app/security/app"), "password": password}
    page = browsing.see("/app/security/app", data=data)
    secret = "".join(page.tree.xpath("//code")[0].text_content().split())
    app = App(secret)
    data |= {"set_up": page.tree.xpath("//input[@name='set_up']/@value")[0], "code": app.code(0)}
    shown = browsing.see("/app/security/app/confirm", data=data)
    codes = [str(code) for code in shown.tree.xpath("//ol//code/text()")]
    assert all(re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){5}", code) for code in codes)
    return app, codes
