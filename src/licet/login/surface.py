"""The routes of the pages."""

from licet.login.account import Account
from licet.login.connected import Applications
from licet.login.consent import Consent
from licet.login.device import Device
from licet.login.entrance import Entrance
from licet.login.logout import Logout
from licet.login.sign_in import SignIn
from licet.web.page import ICON_PATH, STYLE_PATH
from licet.web.refused import render
from licet.web.route import Route, Surface


def surface(entrance: Entrance) -> Surface:
    """Every page of one instance."""
    account = Account(entrance.services.users, entrance.limiter)
    routes = (
        Route("GET", "/", account.front),
        Route("GET", "/account/setup/{link}", account.ask_password),
        Route("POST", "/account/setup/{link}", account.set_password),
        Route("GET", "/account/join/{link}", account.ask_person),
        Route("POST", "/account/join/{link}", account.join),
        Route("GET", STYLE_PATH, account.style),
        Route("GET", ICON_PATH, account.icon),
        *SignIn(entrance).routes(),
        *Consent(entrance).routes(),
        *Device(entrance).routes(),
        *Logout(entrance).routes(),
        *Applications(entrance).routes(),
    )
    owns = ("/account", "/login", "/consent", "/device", "/logout")
    return Surface("login", owns=owns, routes=routes, render=render)
