"""Starts MiniStack with two manners of AWS's: HTTP/1.1 alone, and on no port but the one it was given."""

from hypercorn.config import Config
from ministack import app

# Over HTTP/2, many requests at once make it stall.
Config.alpn_protocols = ["http/1.1"]
# With TLS it also takes port 443 where it can, for the sake of sign-in pages.
app._port_is_bindable = lambda host, port: False

app.main()
