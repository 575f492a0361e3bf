#include "server/version.h"

#include "base/own.h"

#include <string.h>

static const char *const texts[VERSION_COUNT] = {
    [VERSION_2025_03_26] = "2025-03-26",
    [VERSION_2025_06_18] = "2025-06-18",
    [VERSION_2025_11_25] = "2025-11-25",
    [VERSION_2026_07_28] = "2026-07-28",
};

const char *version_text(enum version v)
{
    return texts[v];
}

enum version version_of(const char *text)
{
    for (int v = 0; v < VERSION_COUNT; v++)
        if (strcmp(texts[v], text) == 0)
            return (enum version)v;
    return VERSION_UNKNOWN;
}

enum version version_negotiate(const char *asked)
{
    enum version v = version_of(asked);
    return v == VERSION_UNKNOWN || version_is_modern(v) ? VERSION_LEGACY_LATEST : v;
}
