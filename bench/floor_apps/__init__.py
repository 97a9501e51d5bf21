"""One exchange, a form POST answered with JSON, written for each contender of `bench.floors`."""

ANSWER = {"access_token": "x" * 43, "token_type": "Bearer", "expires_in": 300}
