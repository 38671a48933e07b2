"""Speed, as a ratio beside its limit in the same run. Started by `bin/bench NAME`."""
