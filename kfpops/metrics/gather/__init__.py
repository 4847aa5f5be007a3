"""What is asked of KFP to measure it: the polls, and the passes that find what the polls cannot see."""
