import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, StreamingResponse

app = func.FunctionApp()


@app.route(route="streams")
async def streams(req: Request) -> StreamingResponse:
    return StreamingResponse(iter(["x"]))


@app.route(route="classic")
async def classic(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("x")
