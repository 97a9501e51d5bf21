"""Machine APIs over one registry: each dialect translates, and holds no rule.

`shape.py` is the whole theory: tables of fields. `record.py` says what a dialect is to the rest of the house. A
dialect's folder has its tables, its handlers of a few lines, and one `render.py` that says every failure in its own
words. Rules are `domain`'s, what can be done is `services`', HTTP itself is `web`'s; no dialect knows another.
"""
