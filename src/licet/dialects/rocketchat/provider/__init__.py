"""The OAuth provider below `/oauth`: authorization with its pages, tokens, and who signed in.

It owns this product's parameters, texts and pages of authorization; what is checked and issued is the protocol's, in
`oauth`.
"""
