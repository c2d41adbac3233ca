"""The processes that train: started, grouped, stopped, and the local folder that they share."""
