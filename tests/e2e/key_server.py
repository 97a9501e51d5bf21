"""A process that serves a folder over TLS on a free port of loopback, and writes down what it was asked for.

`python -m tests.e2e.key_server CERTIFICATE FOLDER` prints the port when it listens.
"""

import ssl
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ASKED = "asked.txt"


def main() -> None:
    certificate, folder = sys.argv[1], Path(sys.argv[2])

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *given):
            super().__init__(*given, directory=str(folder))

        def log_message(self, _format, *_):
            with (folder / ASKED).open("a") as asked:
                asked.write(self.path + "\n")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
