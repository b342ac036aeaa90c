import azure.functions as func

app = func.FunctionApp()


@app.route(route="items/{id:integer}")
def items(req: func.HttpRequest) -> str:
    return "x"
