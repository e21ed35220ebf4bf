"""The steps that turn snapshots into tables, each a function of one small job that any process can run.

    read_batch          some snapshots              -> a cache entry with their rows
    compare_partitions  some governments' rows      -> cache entries: the same, matched, compared and checked
    write_table         all those entries           -> one table of the new version

Jobs are small and can be pickled; rows stay on disk, in cache entries.
"""
