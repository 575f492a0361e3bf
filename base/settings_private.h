/* Private to base/settings*.c: the values, and the calls between the files that fill them. */
#ifndef LW_BASE_SETTINGS_PRIVATE_H
#define LW_BASE_SETTINGS_PRIVATE_H

#include "base/settings.h"

#define SETTING_VARIABLE_PREFIX "LAKEWARDEN_"
#define SETTING_VARIABLE_MAX 96

struct setting_value {
    char *origin; /* NULL while unset */
    char *text;   /* STRING, CHOICE */
    int64_t num;  /* COUNT, TIME */
    bool flag;
    char **items; /* LIST */
    size_t item_count;
};

struct settings {
    const struct setting *table;
    size_t n;
    struct setting_value *values; /* one per row */
};

/* Reads `text` as the row's type into `v`; a LIST gains one item. `where` names the place in errors ("--max-calls"). */
int setting_value_read(const struct setting *row, const char *text, const char *where, struct setting_value *v,
                       struct err *e);

/* As above for text in which commas separate the items of a LIST. */
int setting_value_read_joined(const struct setting *row, const char *text, const char *where, struct setting_value *v,
                              struct err *e);

/* Frees what a value holds. */
void setting_value_done(struct setting_value *v);

/* Each fills what no earlier source has set. */
int settings_read_flags(struct settings *s, int argc, char *const *argv, const char **rest, size_t *rest_count,
                        struct err *e);
int settings_read_environment(struct settings *s, struct err *e);
int settings_read_file(struct settings *s, const char *path, struct err *e);

/* The row of that name, or NULL. */
const struct setting *settings_row(const struct settings *s, const char *name, size_t name_len);
struct setting_value *settings_value(struct settings *s, const struct setting *row);

/* "LAKEWARDEN_MAX_CALLS" from "max-calls"; `out` holds SETTING_VARIABLE_MAX bytes. */
void setting_variable(const struct setting *row, char *out);

/* The most similar names, as " (did you mean --x or --y?)" in the style of the source, or "" when none is similar.
   `wanted` is without the prefix "--" or "LAKEWARDEN_". `out` holds `size` bytes. */
enum setting_style { SETTING_AS_FLAG, SETTING_AS_VARIABLE, SETTING_AS_KEY };
void settings_similar(const struct settings *s, const char *wanted, enum setting_style style, char *out, size_t size);

#endif
