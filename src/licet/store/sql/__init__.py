"""SQL on two engines: the engines themselves, the schema, and one file per port.

A verb is written once, as a statement or a script of statements; what differs between SQLite and PostgreSQL is a
spelling (`statement`) or, for a gathered verb, a second text beside the first. Nothing here decides a rule.
"""
