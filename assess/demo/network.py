"""Where phones in the same network find this computer."""

import socket


def address_in_network() -> str | None:
    """Return the address with which this computer would speak to the outside; None without a network.

    Connecting a datagram socket sends nothing: the kernel only chooses the route. 192.0.2.1 is reserved for
    documentation (RFC 5737), so nobody is meant.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") or address == "0.0.0.0" else address  # noqa: S104 - compared, not bound
