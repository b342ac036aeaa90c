"""Timers and Event Grid triggers; they need no storage."""

import json
import os
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()


def note(function: str, **what) -> None:
    with Path(os.environ["JOURNAL"]).open("a") as journal:
        journal.write(json.dumps({"function": function, "at": time.time(), **what}, default=str) + "\n")


@app.timer_trigger("timer", "*/1 * * * * *")
def every_second(timer: func.TimerRequest) -> None:
    note("every_second", past_due=timer.past_due, status=timer.schedule_status)
    time.sleep(float(os.environ.get("TIMER_TAKES", "0")))


@app.timer_trigger("timer", "%SCHEDULE%", run_on_startup=True)
def at_start(timer: func.TimerRequest) -> None:
    note("at_start", past_due=timer.past_due, status=timer.schedule_status, schedule=timer.schedule)


@app.timer_trigger("timer", "0 0 0 1 1 *")
def yearly(timer: func.TimerRequest) -> None:
    note("yearly", past_due=timer.past_due, status=timer.schedule_status)


@app.event_grid_trigger("event")
def on_event(event: func.EventGridEvent) -> None:
    note("on_event", id=event.id, subject=event.subject, data=event.get_json(), time=event.event_time)
    if event.event_type == "Bad":
        raise ValueError("as asked")


@app.event_grid_trigger("event")
def on_cloud_event(event: func.CloudEvent, context: func.Context) -> None:
    note("on_cloud_event", id=event.id, source=event.source, trace=context.trace_context.trace_parent)
