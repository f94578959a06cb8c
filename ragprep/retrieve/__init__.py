"""From a query to hits: encoder, dense and lexical retrieval, fusion, calibration, storage."""
