"""An index on a Milvus server: written by one machine, searched by many."""
