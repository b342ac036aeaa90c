"""What the contract of the Workflows port runs against: small runs, and the client's own address."""

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="client")
@app.generic_input_binding(arg_name="client", type="durableClient")
def client(req: func.HttpRequest, client: str) -> str:
    return client


@app.orchestration_trigger(context_name="context")
def echo(context):
    return context.get_input()
    yield


@app.orchestration_trigger(context_name="context")
def fails(context):
    raise ValueError("on purpose")
    yield


@app.orchestration_trigger(context_name="context")
def waits(context):
    data = yield context.wait_for_external_event("go")
    return data
