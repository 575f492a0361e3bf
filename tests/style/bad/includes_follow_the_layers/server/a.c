#include "auth/auth.h"
#include "tools/tool.h"
#include <stdio.h>
#include "tools/registry.h" /* bad: the server knows no tool by name */
#include "wire.h" /* bad: not from the root */
