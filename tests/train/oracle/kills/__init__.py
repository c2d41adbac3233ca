"""Kill a training at random moments, start it again each time, and compare what it seals with an unbroken one's."""
