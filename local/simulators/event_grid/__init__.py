"""Event Grid: topics that take events, and subscriptions that deliver them.

Another service of the simulators publishes through the same door as the app:

    from local.simulators.event_grid import publish

    publish(world, [event], topic="communication")

`event` is one of Event Grid's schema (`id`, `subject`, `eventType`, `eventTime`, `data`); the grid
adds the topic, plays the faults lost, late, twice and reordered that were asked for under
`event_grid`, delivers to every subscription of the topic, and tries again.
"""

from local.simulators.event_grid.grid import publish

__all__ = ["publish"]
