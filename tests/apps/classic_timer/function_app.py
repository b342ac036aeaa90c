import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

attempts = []


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
@app.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:01")
async def fails_once(timer: func.TimerRequest, context: func.Context) -> None:
    retry = context.retry_context
    attempts.append(retry.retry_count)
    if retry.retry_count < 1:
        raise ValueError("the first attempt")
    logging.info("attempt %s of %s, past due: %s", retry.retry_count, retry.max_retry_count, timer.past_due)
    logging.info("before it: %s", retry.rpc_exception.message)


@app.route(route="not-retried")
@app.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:01")
async def not_retried(req: func.HttpRequest) -> func.HttpResponse:
    attempts.append("http")
    raise ValueError("an HTTP function is not retried")


@app.route(route="attempts")
async def seen_attempts(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(",".join(str(attempt) for attempt in attempts))


@app.route(route="greet", methods=["POST"])
async def greet(req: func.HttpRequest) -> func.HttpResponse:
    attempts.append(f"greeted {req.get_body().decode()}")
    return func.HttpResponse("hello")
