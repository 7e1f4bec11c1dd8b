"""What goes into a script call and what comes out, as typed values. No I/O.

Functions build the arguments after the stamp (time, session and number), and read replies.
"""
