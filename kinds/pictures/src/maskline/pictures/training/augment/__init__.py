"""What a training changes of its pictures before the network sees them, and of their labels alike."""
