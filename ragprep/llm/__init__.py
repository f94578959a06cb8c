"""Adapters to language models: a prompt in, text out, every failure one of ragprep's errors.

writer.py         who writes: a model that is given, or the one of the settings, once needed
choose.py         which of them the settings mean
ollama.py         a model that Ollama serves
openai.py         a model behind the OpenAI protocol (llama.cpp, LM Studio, vLLM)
openai_server.py  such a server: its address, its key, its models
gguf.py           a model file, run by llama.cpp in a process of its own (gguf_server.py)
session.py        requests to a server, bounded in time and size
connect.py        addresses, time limits, and the errors of a server's failures
stream.py         what they share of an answer: its limits, reasoning hidden, endless loops ended
"""
