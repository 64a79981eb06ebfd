"""From the finished batches of a run to changed files, all at once: dispositions, matching, grouping, writing."""
