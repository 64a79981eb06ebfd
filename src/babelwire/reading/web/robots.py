"""What the robots.txt of a site allows (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from protego import Protego

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.web.answers import Answer

MOST_BYTES = 2_000_000
"""A longer robots.txt is not fetched."""

# RFC 9309, 2.5: at least 500 KiB are to be read
_MOST_READ = 512_000


class Robots:
    """The rules of each site, fetched once.

    Args:
        user_agent: by which the rules for this program are found.
        fetch: gets the answer at an address, following redirects; raises InputProblem.
        slow_down: is told of the delay that a site asks for, in seconds.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        fetch: Callable[[httpx.URL], Answer],
        slow_down: Callable[[httpx.URL, float], None],
    ) -> None:
        self._user_agent = user_agent
        self._fetch = fetch
        self._slow_down = slow_down
        self._sites: dict[tuple[str, bytes], Protego | InputProblem] = {}

    def check(self, url: httpx.URL) -> None:
        """Passes if the page may be fetched. Where a site has no robots.txt everything may.

        Raises:
            RejectInput: it may not (`robots_disallowed`).
            InputProblem: robots.txt cannot be had, so that nobody can tell.
        """
        site = (url.scheme, url.netloc)
        if site not in self._sites:
            self._sites[site] = self._rules(url)
        rules = self._sites[site]
        if isinstance(rules, InputProblem):
            what = "" if isinstance(rules, RejectInput) else "robots.txt cannot be had: "
            raise type(rules)(rules.reason_code, what + rules.reason)
        if not rules.can_fetch(str(url), self._user_agent):
            raise RejectInput(
                "robots_disallowed",
                f"The robots.txt of {url.host} does not allow it. Ask the site for leave, and for another way to "
                "its articles.",
            )

    def _rules(self, url: httpx.URL) -> Protego | InputProblem:
        try:
            answer = self._fetch(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        except InputProblem as problem:
            return problem
        text = answer.content[:_MOST_READ].decode("utf-8-sig", "replace") if answer.ok else ""
        rules = Protego.parse(text)
        self._slow_down(url, rules.crawl_delay(self._user_agent) or 0.0)
        return rules
