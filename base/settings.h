/* Settings: one table gives each its flag, environment variable, key in the JSON file, type, default and help.
   Order of precedence: flag, environment, file, default. */
#ifndef LW_BASE_SETTINGS_H
#define LW_BASE_SETTINGS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_STRING,
    SETTING_LIST,   /* repeatable flag; commas separate in the environment; an array in the file */
    SETTING_FLAG,   /* --x, --x=false; true/false/1/0 in the environment; a boolean in the file */
    SETTING_COUNT,  /* a whole number within [min, max] */
    SETTING_TIME,   /* "250ms", "30s", "5m", "1h"; kept in milliseconds, within [min, max] */
    SETTING_CHOICE  /* one of `choices` */
};

/* A row of the table. The flag is "--" + name; the variable "LAKEWARDEN_" + name in capitals with '_' for '-';
   the key in the file is the name. */
struct setting {
    const char *name;
    enum setting_type type;
    const char *fallback; /* text form of the default; NULL for none */
    const char *value_name; /* for help: "HOST:PORT" */
    const char *help;
    int64_t min, max;      /* COUNT, TIME */
    const char *choices;   /* CHOICE: "a|b|c" */
    unsigned commands;     /* bits of the sub-commands it applies to; the cli's own meaning */
};

struct settings;

/* Reads flags out of argv, which begins behind the program's name (arguments that are no flags are left, in order,
   in `rest`, which holds `argc` slots; a lone "-" is none), then LAKEWARDEN_* variables, then the file named by --config or
   LAKEWARDEN_CONFIG. An unknown flag, key or LAKEWARDEN_ variable, a wrong type or value is an error (ERR_CONFIG) that
   names it, where it came from and what is allowed. An unknown name comes with the names that look like it. An empty
   variable counts as unset; elsewhere an empty value is an error, and so is a flag given twice, unless it is a LIST. Flags
   take "--name value" and "--name=value" (the second form where the value begins with "--"); "--" ends them. */
struct settings *settings_load(const struct setting *table, size_t n, int argc, char *const *argv, const char **rest,
                               size_t *rest_count, struct err *e);
void settings_free(struct settings *s);

/* Appends aligned help, a line or more for each row that has `command` among its commands, in the table's order, within
   80 columns where words allow it. */
void settings_help(const struct setting *table, size_t n, unsigned command, struct buf *out);

/* Values by name; a name that is not in the table, or of another type, is a bug and aborts. Borrowed. */
const char *settings_str(const struct settings *s, const char *name); /* STRING, CHOICE; NULL when unset */
int64_t settings_num(const struct settings *s, const char *name);     /* COUNT, TIME (ms); 0 when unset */
bool settings_flag(const struct settings *s, const char *name);
size_t settings_list(const struct settings *s, const char *name, const char *const **items);

/* Where the value came from, for `doctor`: "flag", "LAKEWARDEN_X", the path of the file, "default". Borrowed. */
const char *settings_origin(const struct settings *s, const char *name);

/* The value as text, for `doctor`; lists joined by commas. "" when unset. Free with free(). */
char *settings_text(const struct settings *s, const char *name);

#endif
