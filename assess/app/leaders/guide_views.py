"""Short guides inside the product, one a role: what to do in which order, and what the product does not do."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, signed_in_account
from assess.app.leaders.guides import GUIDES

guides = Blueprint("guides", __name__)


@guides.get("/app/guide/<any(leader, hr, holder, admin):role>")
@needs(signed_in_account)
def guide(account: Account, role: str) -> ResponseReturnValue:
    """Show a guide; it holds nothing about anybody, so whoever signs in may read each. Links are for its own role."""
    own = {"hr": account.is_hr, "holder": account.is_key_holder, "admin": account.is_admin}
    return render_template(
        "app/guide.html",
        guide=GUIDES[role](),
        role=role,
        guides={name: make().heading for name, make in GUIDES.items()},
        is_own=own.get(role),
    )
