"""This surface as an authorization server: authorize and consent, tokens, devices.

It owns what the product's clients send and read there. How a code is made, proven and spent is `oauth`; what only this
surface rules otherwise is said once, in `server`, as values.
"""
