"""The steps that make tables of snapshots, each a function of one small job that can be done in any process.

    read_batch      some snapshots          -> a piece: their rows
    compare_partitions   some governments' rows  -> pieces: the same matched, compared and checked
    write_table     all those pieces        -> one table of the new state

Jobs are small and can be pickled; what is large lies in pieces on disk.
"""
