"""The function app: registers the blueprints, and nothing else."""

import gc

gc.disable()  # what is loaded stays: to look through it for garbage takes a tenth of a cold start

import azure.durable_functions as df  # noqa: E402 - loaded without such passes

from blueprints import ALL  # noqa: E402 - likewise

app = df.DFApp()

for blueprint in ALL:
    app.register_functions(blueprint)

gc.freeze()  # nor does any later pass look through it
gc.enable()
