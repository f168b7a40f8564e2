"""Counting what a call costs: the programs that make the calls, and the tools that count.

Problem: on a machine that others use too, a time says little about a change of a few per cent. Choice: instructions,
allocations and system calls, which a busy neighbour does not change.
"""
