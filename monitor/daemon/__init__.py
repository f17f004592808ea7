"""The daemon: all the work in one program, a lane a site. What the work is, others decide."""
