"""Which machines may be called: a name is resolved once, and what was checked is what is called."""

import ipaddress
import socket


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host; raises OSError or UnicodeError when its name means nothing."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also behind its IPv6 disguises."""
    ip = ipaddress.ip_address(address)
    inside = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inside is not None:
        ip = inside
    return ip.is_global and not ip.is_multicast


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    return ipaddress.ip_address(address).is_loopback


def network_of(address: str) -> str:
    """An address as it is counted: all of an IPv6 /64, which one subscriber has whole."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return address
