"""What people look at in a browser: the frame of every page, who is there, and the way in.

An application adds pages with `screen`, and says in its `Parts` what they stand on. Only processes
that serve import what is in here: NiceGUI takes a second.
"""
