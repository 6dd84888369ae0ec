"""What goes wrong on the way: what passes with time, and what a person has to look at."""

import ssl

import httpx

from directory.base.errors import InputRefusedError

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that are worth asking again."""


class FetchError(InputRefusedError):
    """Something could not be had whole; the detail says what, from where and what to do."""

    title = "Récupération impossible"
    kind = "recuperation"


class PassingError(FetchError):
    """A failure that may pass: worth another try, after `wait` seconds when the server says so."""

    def __init__(self, detail: str, wait: float | None = None) -> None:
        super().__init__(detail)
        self.wait = wait


def of_transport(url: str, error: httpx.HTTPError) -> FetchError:
    """What httpx raised, in words: a certificate is never tried again, a lost connection is."""
    if certificate := _certificate_problem(error):
        return FetchError(
            f"{url} : certificat refusé ({certificate}). Si votre réseau a sa propre autorité, "
            "donnez-la par RECOURS_FETCH_CA ; sinon, ne forcez pas."
        )
    if isinstance(error, httpx.TimeoutException):
        return PassingError(f"{url} : le serveur ne répond pas à temps.")
    if isinstance(error, httpx.ProxyError):
        return PassingError(f"{url} : le mandataire (RECOURS_FETCH_PROXY) refuse ou ne répond pas.")
    if isinstance(error, httpx.TransportError):
        return PassingError(f"{url} : connexion impossible ou perdue ({_say(error)}).")
    return FetchError(f"{url} : échange illisible ({_say(error)}).")


def _certificate_problem(error: BaseException | None) -> str:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


def _say(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
