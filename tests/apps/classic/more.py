import azure.functions as func

blueprint = func.Blueprint()


@blueprint.route(route="blueprint", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def from_blueprint(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("from a blueprint")
