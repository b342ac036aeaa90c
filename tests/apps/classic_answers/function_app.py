"""Answers that are not a returned func.HttpResponse."""

import json
import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="named", binding_arg_name="answer")
def named(req: func.HttpRequest, answer: func.Out[func.HttpResponse]) -> None:
    answer.set(func.HttpResponse("by name", status_code=201, headers={"X-Kind": "named"}))


@app.route(route="document")
async def document(req: func.HttpRequest) -> str:
    return json.dumps({"b": [1, {}], "a": "é"})


@app.route(route="description", methods=["POST"])
async def description(req: func.HttpRequest) -> str:
    return req.get_body().decode()


@app.route(route="cookie")
async def cookie(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("ok")
    response.headers.add("Set-Cookie", "a=1")
    return response


@app.route(route="log")
async def log(req: func.HttpRequest) -> func.HttpResponse:
    logging.debug("a detail")
    logging.info("an event")
    return func.HttpResponse("ok")
