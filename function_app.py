"""The function app: registers the blueprints, and nothing else."""

import azure.durable_functions as df

from blueprints import ALL

app = df.DFApp()

for blueprint in ALL:
    app.register_functions(blueprint)
