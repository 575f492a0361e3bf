import bad  # noqa

import re  # noqa: F401 imported for its side effect
