"""All that people and programs meet: pages, documents, the interface for programs."""
