"""How often what may be asked of this surface."""

from licet.web.limits import MINUTE, Limit

TOKENS = "tokens of an application for a person"
"""Its maximum is a setting."""
DEVICE_CODES = Limit("device codes for an address", 30, 15 * MINUTE)
NOTIFICATIONS = Limit("notifications of an application to a person", 30, MINUTE)
NOTIFICATIONS_OF_ALL = Limit("notifications of an application", 600, MINUTE)
GUESSES = Limit("failures at the token endpoint of this surface from an address", 500, 5 * MINUTE)
GUESSES_OF_CLIENT = Limit("failures at the token endpoint of this surface of a client", 500, 5 * MINUTE)
LONGEST_CLIENT_ID = 100
"""Characters of what was sent that are counted by."""
