"""Where handlers run that are not coroutines: threads, and processes that can be killed."""
