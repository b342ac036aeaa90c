"""The smallest function of an app that streams."""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="ping")
async def ping(req: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})
