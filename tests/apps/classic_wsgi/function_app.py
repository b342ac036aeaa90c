import azure.functions as func


def inner(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read()]


app = func.WsgiFunctionApp(app=inner, http_auth_level=func.AuthLevel.ANONYMOUS)
