"""The server engine: Elasticsearch 8 and 9, OpenSearch 2 and 3, by one code."""
