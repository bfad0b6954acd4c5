"""Souffleur beside LlamaIndex and LangChain. `python -m bench.peers`."""
