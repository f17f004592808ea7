"""The cluster: one program finds what is due and enqueues it, many on many machines do it. See docs/cluster.md."""
