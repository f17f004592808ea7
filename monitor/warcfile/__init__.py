"""WARC files (ISO 28500:2017, WARC/1.1), written for other tools and read from any of them.

fields     names, moments and digests, as both sides spell them
writing    captures on record -> records, by warcio
index      a file -> where its records are, and what is damaged, by fastwarc; nothing is held but the index
reading    a record's place -> the response in it, bounded in bytes
http       the HTTP message in a record: head, chunks, compression
"""
