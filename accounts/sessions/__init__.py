"""Sessions: the engine that keeps them, and the browsers, devices, places and methods that they tell of."""
