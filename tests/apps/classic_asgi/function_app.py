import azure.functions as func
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def show(request: Request) -> JSONResponse:
    body = (await request.body()).decode()
    return JSONResponse(
        {"path": request.url.path, "query": dict(request.query_params), "body": body}, status_code=201
    )


inner = Starlette(routes=[Route("/shown/{name}", show, methods=["GET", "POST"])])
app = func.AsgiFunctionApp(app=inner, http_auth_level=func.AuthLevel.ANONYMOUS)
