import azure.functions as func

app = func.FunctionApp()


@app.route(route="x")
def surplus(req: func.HttpRequest, nobody: str) -> str:
    return nobody
