/* Why data-lake work fails: a closed list of causes, and for each what may be done about it. */
#ifndef LW_TOOLS_CAUSE_H
#define LW_TOOLS_CAUSE_H

#include <stdbool.h>

enum cause {
    CAUSE_UNKNOWN = 0, /* nothing seen decides it */
    CAUSE_THROTTLING,
    CAUSE_SERVICE_FAULT,
    CAUSE_NETWORK,
    CAUSE_CAPACITY,
    CAUSE_SPOT_LOSS,
    CAUSE_LOCK_CONFLICT,
    CAUSE_ZOMBIE,
    CAUSE_OOM,
    CAUSE_DISK_FULL,
    CAUSE_TIMEOUT,
    CAUSE_PERMISSION,
    CAUSE_CODE_ERROR,
    CAUSE_SCHEMA,
    CAUSE_CONFIG,
    CAUSE_SYNTAX,
    CAUSE_NOT_FOUND,
    CAUSE_DATA_MISSING,
    CAUSE_DATA_EMPTY,
    CAUSE_DATA_LATE,
    CAUSE_DATA_CORRUPT,
    CAUSE_USER_CANCELLED,
    CAUSE_COUNT
};

enum cause_class {
    CLASS_TRANSIENT,  /* the same run may well succeed now */
    CLASS_PERMANENT,  /* the same run will fail again until somebody changes something */
    CLASS_NEEDS_HUMAN /* a person has to look, or the data has to change, first */
};

/* "oom", "data_missing", ... Never NULL. */
const char *cause_name(enum cause c);

/* The cause of that name; returns false and leaves `out` when there is none. */
bool cause_parse(const char *name, enum cause *out);

/* The class of a cause when nothing is known beside it. */
enum cause_class cause_class(enum cause c);

/* "transient", "permanent", "needs_human". */
const char *cause_class_name(enum cause_class c);

/* Whether it is about the input: not there, empty, late or unreadable (data_*). */
bool cause_is_of_data(enum cause c);

/* Whether a retry with more workers, a larger worker type or more time may help (oom, disk_full, timeout). */
bool cause_wants_resize(enum cause c);

/* What a person would say: "the service asked us to slow down". Never NULL, no full stop. */
const char *cause_phrase(enum cause c);

#endif
