def _gimlet_call():
    import json

    class Text(str):
        __repr__ = str.__str__

    function = globals().get("FUNCTION")
    if not callable(function):
        raise NameError("there is no function FUNCTION in FILE")
    value = function(**json.loads(ARGUMENTS))
    if value is None:
        return None
    if isinstance(value, str):
        return Text(value)
    try:
        return Text(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return Text(str(value))


_gimlet_call()
