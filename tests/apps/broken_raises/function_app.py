import azure.functions as func
from parts.settings import LIMIT  # noqa: F401

app = func.FunctionApp()
