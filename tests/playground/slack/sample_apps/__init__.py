"""Small apps as users of Bolt write them: test_bolt_samples.py starts each as a program of its own."""
