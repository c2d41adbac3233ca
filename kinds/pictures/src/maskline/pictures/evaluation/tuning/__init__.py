"""From which score and area on the instances of each class are kept, so that a measure of the results is highest."""
