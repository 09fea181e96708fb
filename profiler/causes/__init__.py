"""Why a pop-up was slow or uneven: late frames with stage and driver, and named causes. docs/causes.md."""
