import azure.durable_functions as df

app = df.DFApp()


@app.activity_trigger(input_name="document")
async def work(document: dict[str, int]) -> int:
    return len(document)
