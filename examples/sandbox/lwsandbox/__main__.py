"""python -m lwsandbox serve | up | down"""
import argparse
import sys
from pathlib import Path

STATE = Path(__file__).resolve().parents[3] / ".sandbox"  # in the checkout


def main():
    parser = argparse.ArgumentParser(prog="lwsandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("serve", help="run the sandbox in the foreground")
    one.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    one.add_argument("--journal", metavar="FILE", help="append every request to this file as well")
    one = commands.add_parser("up", help="start the sandbox and a server on it, and print where they are")
    one.add_argument("--lakewarden", required=True, metavar="PATH", help="the lakewarden program")
    one.add_argument("--state", default=STATE, metavar="DIR", help="logs and what is running")
    one = commands.add_parser("down", help="stop both")
    one.add_argument("--state", default=STATE, metavar="DIR")
    chosen = parser.parse_args()
    if chosen.command == "serve":
        from .serve import serve
        return serve(chosen.port, chosen.journal)
    from .updown import down, up
    return up(chosen.lakewarden, chosen.state) if chosen.command == "up" else down(chosen.state)


if __name__ == "__main__":
    sys.exit(main())
