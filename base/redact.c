#include "base/redact.h"
