/* The protocol revisions we speak, and the two disjoint lists they form. */
#ifndef LW_SERVER_VERSION_H
#define LW_SERVER_VERSION_H

#include <stdbool.h>

enum version {
    VERSION_2025_03_26, /* legacy: opened by `initialize` */
    VERSION_2025_06_18,
    VERSION_2025_11_25,
    VERSION_2026_07_28, /* modern: every request stands alone and says its version in `_meta` */
    VERSION_COUNT,
    VERSION_UNKNOWN = -1
};

#define VERSION_LEGACY_LATEST VERSION_2025_11_25
#define VERSION_MODERN_LATEST VERSION_2026_07_28

static inline bool version_is_modern(enum version v)
{
    return v == VERSION_2026_07_28;
}

/* "2026-07-28" and so on. */
const char *version_text(enum version v);

/* VERSION_UNKNOWN for a text that is none of ours. */
enum version version_of(const char *text);

/* The version `initialize` answers with: what was asked for if it is a legacy one, else the latest legacy one
   (lifecycle, version negotiation). Never a modern one. */
enum version version_negotiate(const char *asked);

#endif
