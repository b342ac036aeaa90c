import azure.functions as func

app = func.FunctionApp()


@app.timer_trigger(arg_name="timer", schedule="every day")
def daily(timer: func.TimerRequest) -> None: ...
