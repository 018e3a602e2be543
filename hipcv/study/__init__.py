"""Statistics of studies with people: agreement of two methods, reliability, size of a study.

Arithmetic alone, by numpy and SciPy (extra `study`); words and drawings are in `report`.
"""
