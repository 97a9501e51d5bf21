"""What can be done, whoever asks.

One file a noun; one public method is one transaction. Services load, ask `domain` for the rule, and hand the store
(through `ports`) one atomic verb. They know no HTTP, no dialect and no database.
"""
