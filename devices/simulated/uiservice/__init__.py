"""uiautomator2's server on the simulated phone: HTTP on tcp:9008, JSON-RPC, selectors, hierarchy."""
