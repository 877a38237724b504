"""The web server as `serve` starts it: granian, ended when `serve` ends.
`python -m tidewaiter.site.web_process OPTIONS`.
"""

from __future__ import annotations

from granian.cli import entrypoint

from tidewaiter.site import leash

if __name__ == "__main__":
    leash.hold()
    entrypoint()
