"""What is here is run in a process of its own: importing it would give every test a sixth language."""

collect_ignore_glob = ["*.py"]
