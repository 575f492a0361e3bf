#include "tools/registry.h"
