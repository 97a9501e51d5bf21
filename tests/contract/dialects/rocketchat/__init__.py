"""The Rocket.Chat dialect against its contract, on both engines."""
