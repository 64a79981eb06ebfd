"""Connects to public addresses only, and for a limited time."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from babelwire.errors import RejectInput

_MOST_TRIED = 4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, not of this machine, a private network or a special purpose.

    An IPv6 address that leads to an IPv4 address (mapped, 6to4, Teredo, NAT64) is as public as that one.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class CheckedBackend(httpcore.SyncBackend):
    """Resolves each host once and connects to what was checked, so that no name and no redirect leads inside.

    Args:
        allow_private: whether any address will do.
        longest: seconds from the connection to the end of the answer, however steadily it drips.
    """

    def __init__(self, *, allow_private: bool, longest: float) -> None:
        self._allow_private = allow_private
        self._longest = longest

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses.

        Raises:
            RejectInput: none of them is public (`private_address`).
            httpcore.ConnectError, httpcore.ConnectTimeout: there is none, or none can be reached.
        """
        until = time.monotonic() + self._longest
        problem: Exception = httpcore.ConnectError("no address")
        for address in self._checked(host, port):
            try:
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Timed(stream, until)
        raise problem

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("its name has no address") from error
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        usable = [a for a in addresses if self._allow_private or is_public(a)]
        if addresses and not usable:
            raise RejectInput(
                "private_address",
                f"The address leads to {host}, which is this machine, in a private network or reserved; such "
                "addresses are not fetched. If it is meant, set fetching.allow_private.",
            )
        return usable[:_MOST_TRIED]


class _Timed(httpcore.NetworkStream):
    """A connection that gives up at a fixed time."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow in all")
        return left if timeout is None else min(left, timeout)
