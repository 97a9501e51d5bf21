"""The routes of the pages."""

from licet.login.account import Account
from licet.login.entrance import Entrance
from licet.web.page import STYLE_PATH
from licet.web.refused import render
from licet.web.route import Route, Surface


def surface(entrance: Entrance) -> Surface:
    """Every page of one instance."""
    account = Account(entrance.services.users, entrance.limiter)
    routes = (
        Route("GET", "/account/setup/{link}", account.ask_password),
        Route("POST", "/account/setup/{link}", account.set_password),
        Route("GET", "/account/join/{link}", account.ask_person),
        Route("POST", "/account/join/{link}", account.join),
        Route("GET", STYLE_PATH, account.style),
    )
    owns = ("/account", "/login", "/consent", "/device", "/logout")
    return Surface("login", owns=owns, routes=routes, render=render)
