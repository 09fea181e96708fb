"""From a bundle's captures to metrics, pop-up by pop-up and round by round."""
