import azure.functions as func

app = func.FunctionApp()


@app.route(route="one")
def hello(req: func.HttpRequest) -> str:
    return "one"


@app.function_name("HELLO")
@app.route(route="two")
def other(req: func.HttpRequest) -> str:
    return "two"
