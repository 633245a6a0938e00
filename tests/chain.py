"""Every stage of a study in the order of the notebooks, in one process."""

from helpers import stages
from helpers.study import Study


def analyse(study: Study) -> None:
    """From counts to universes."""
    stages.topics(study)
    stages.choose_topics(study)
    stages.indicators(study)
    stages.codes(study)
    stages.check_codes(study)
    stages.correct(study)
    stages.check_measures(study)
    stages.compare(study)
    stages.keyness(study)
    stages.events(study)
    stages.event_checks(study)
    stages.bursts(study)
    stages.first_reports(study)
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
