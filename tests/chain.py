"""The stages of a study in one process, in the order of the notebooks; without checks that no other stage reads."""

from helpers import pipeline as stages
from helpers.study import Study


def analyse(study: Study) -> None:
    """From counts to universes."""
    stages.topics(study)
    stages.choose_topics(study)
    stages.indicators(study)
    stages.check_measures(study)
    stages.compare(study)
    stages.keyness(study)
    stages.events(study)
    stages.universes(study)
    stages.topic_grid(study)


def gather(study: Study) -> None:
    """From collecting to counts."""
    stages.collect(study)
    stages.clean(study)
    stages.count(study)


def run(study: Study) -> None:
    """From collecting to universes."""
    gather(study)
    analyse(study)
