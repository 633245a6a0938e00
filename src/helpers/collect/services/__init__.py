"""Services that list addresses: GDELT, Media Cloud, the Wayback Machine, CC-NEWS, and one's own address list."""

from helpers.collect.services.lists import read_list
from helpers.collect.services.model import Listed, Listing, Query, Services, Terms

__all__ = ["Listed", "Listing", "Query", "Services", "Terms", "read_list"]
