"""Patient education (ETP): programmes, their next sessions, who was trained."""
