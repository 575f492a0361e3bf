#include "base/settings.h"
