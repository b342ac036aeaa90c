import azure.functions as func
import package_that_nobody_has.part  # noqa: F401

app = func.FunctionApp()
