import azure.functions as func

from local import NAME  # noqa: F401

app = func.FunctionApp()
