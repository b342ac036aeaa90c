import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("health/live")
def live(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("alive")


@app.route("letters")
@app.blob_output("letter", path="letters/last.txt", connection="AzureWebJobsStorage")
def write(req: func.HttpRequest, letter: func.Out[str]) -> func.HttpResponse:
    letter.set(req.params["text"])
    return func.HttpResponse("written")


@app.route("letters/last")
@app.blob_input("letter", path="letters/last.txt", connection="AzureWebJobsStorage")
def read(req: func.HttpRequest, letter: str) -> func.HttpResponse:
    return func.HttpResponse(letter)
