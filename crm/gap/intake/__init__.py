"""From the bytes of an export to column files: block by block, fast where every line is plain, exact everywhere.

Blocks are cut between records, so each can be read again by itself after a stop. A block goes through the column
engine; one that holds anything odd goes through the reader. Both give the same rows, which a property test holds.
"""
