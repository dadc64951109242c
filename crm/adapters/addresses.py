"""Which internet addresses we may connect to. Asked about resolved addresses, never about text a stranger wrote.

Neither `is_private` nor `is_global` of the standard library suffices: multicast and several IPv6 forms that carry an
inner IPv4 address count as global there.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_LAST_32_BITS = 0xFFFFFFFF


def is_public(text: str) -> bool:
    """True when `text` is a literal address of the public internet, also looking inside of tunnelled forms."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(_is_public(a) for a in _with_inner(address))


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address in _COMPATIBLE or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _with_inner(address: Address) -> list[Address]:
    """The address itself and every IPv4 address that it carries (mapped, 6to4, Teredo, NAT64).

    A NAT64 address of the well-known prefix is judged by what it carries alone: the prefix itself is reserved.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64[0]:
        return [ipaddress.IPv4Address(int(address) & _LAST_32_BITS)]
    if address in _NAT64[1]:
        return [address, ipaddress.IPv4Address(int(address) & _LAST_32_BITS)]
    inner: list[Address] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    return inner
