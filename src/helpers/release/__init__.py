"""What leaves the project: a release without text, the check that it holds none, a site, and texts fetched again."""

from helpers.extras import needs

needs("share", "rocrate")
