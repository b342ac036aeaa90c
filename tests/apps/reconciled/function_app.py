"""What the comparison with the database runs against: workflows of our names that wait until told."""

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="client")
@app.generic_input_binding(arg_name="client", type="durableClient")
def client(req: func.HttpRequest, client: str) -> str:
    return client


@app.orchestration_trigger(context_name="context")
def interview_lifecycle(context):
    # what a test starts knows nothing of its talk; what is started for a talk looks at it first
    context.set_custom_status({"phase": "closing" if context.get_input() else "conducting"})
    ended = context.wait_for_external_event("ended")
    cancelled = context.wait_for_external_event("cancelled")
    yield context.task_any([ended, cancelled])
    return context.get_input()


@app.orchestration_trigger(context_name="context")
def score_interview(context):
    yield context.wait_for_external_event("scored")


@app.orchestration_trigger(context_name="context")
def process_resume(context):
    yield context.wait_for_external_event("read")


@app.orchestration_trigger(context_name="context")
def process_recording(context):
    yield context.wait_for_external_event("ready")


@app.orchestration_trigger(context_name="context")
def invitation_watch(context):
    yield context.wait_for_external_event("rescheduled")


@app.orchestration_trigger(context_name="context")
def erase_person(context):
    yield context.wait_for_external_event("erased")
