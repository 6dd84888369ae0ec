"""ROR: the national directory of care offers, from a FHIR R4 bundle or a folder of resources."""
