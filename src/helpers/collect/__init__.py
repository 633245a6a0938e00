"""From the web, archives and exports to files that every later stage reads; nothing else of the house opens a
socket."""

from helpers.extras import needs

needs("collect", "aiohttp", "brotli", "courlan", "warcio", "zstandard")
