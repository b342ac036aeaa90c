"""What runs in a process of its own, as no parser of strangers' files is trusted with ours.

It is started anew for each file, so imports are few: no dataclasses, no enums, no typing.
"""
