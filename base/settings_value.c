/* One value from its text, as strict as its type. */
#include "base/settings_private.h"

#include "base/own.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
    const char *name;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

static int time_parse(const char *text, int64_t *ms)
{
    size_t digits = strspn(text, "0123456789");
    auto_free char *number = xstrndup(text, digits);
    int64_t count;
    if (text_to_i64(number, &count))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(text + digits, units[i].name) == 0 && count <= INT64_MAX / units[i].ms) {
            *ms = count * units[i].ms;
            return 0;
        }
    }
    return -1;
}

static int read_count(const struct setting *row, const char *text, const char *where, int64_t *out, struct err *e)
{
    if (text_to_range(text, row->min, row->max, out))
        return err_set(e, ERR_CONFIG, "%s: \"%.80s\" is not a whole number from %" PRId64 " to %" PRId64, where, text,
                       row->min, row->max);
    return 0;
}

static int read_time(const struct setting *row, const char *text, const char *where, int64_t *out, struct err *e)
{
    int64_t ms;
    if (time_parse(text, &ms))
        return err_set(e, ERR_CONFIG, "%s: \"%.80s\" is not a time such as 250ms, 30s, 5m or 1h", where, text);
    if (ms < row->min || ms > row->max)
        return err_set(e, ERR_CONFIG, "%s: %s is outside %" PRId64 "ms to %" PRId64 "ms", where, text, row->min, row->max);
    *out = ms;
    return 0;
}

static int read_flag(const char *text, const char *where, bool *out, struct err *e)
{
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    if (!yes && strcmp(text, "false") != 0 && strcmp(text, "0") != 0)
        return err_set(e, ERR_CONFIG, "%s: \"%.80s\" is neither true nor false", where, text);
    *out = yes;
    return 0;
}

static int check_choice(const struct setting *row, const char *text, const char *where, struct err *e)
{
    size_t n = strlen(text);
    for (const char *p = row->choices; *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && memcmp(p, text, n) == 0)
            return 0;
        p += len + (p[len] == '|');
    }
    return err_set(e, ERR_CONFIG, "%s: \"%.80s\" is none of %s", where, text, row->choices);
}

static void set_text(struct setting_value *v, const char *text)
{
    free(v->text);
    v->text = xstrdup(text);
}

static void add_item(struct setting_value *v, const char *text)
{
    v->items = xrealloc(v->items, (v->item_count + 1) * sizeof *v->items);
    v->items[v->item_count++] = xstrdup(text);
}

void setting_value_done(struct setting_value *v)
{
    for (size_t i = 0; i < v->item_count; i++)
        free(v->items[i]);
    free(v->items);
    free(v->text);
    free(v->origin);
}

int setting_value_read(const struct setting *row, const char *text, const char *where, struct setting_value *v,
                       struct err *e)
{
    if (*text == '\0')
        return err_set(e, ERR_CONFIG, "%s: the value is empty", where);
    switch (row->type) {
    case SETTING_COUNT:
        return read_count(row, text, where, &v->num, e);
    case SETTING_TIME:
        return read_time(row, text, where, &v->num, e);
    case SETTING_FLAG:
        return read_flag(text, where, &v->flag, e);
    case SETTING_CHOICE:
        if (check_choice(row, text, where, e))
            return -1;
        set_text(v, text);
        return 0;
    case SETTING_STRING:
        set_text(v, text);
        return 0;
    case SETTING_LIST:
        add_item(v, text);
        return 0;
    }
    abort();
}

int setting_value_read_joined(const struct setting *row, const char *text, const char *where, struct setting_value *v,
                              struct err *e)
{
    if (row->type != SETTING_LIST)
        return setting_value_read(row, text, where, v, e);
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ",");
        auto_free char *item = xstrndup(p, len);
        if (setting_value_read(row, item, where, v, e))
            return -1;
        p += len;
        if (*p == '\0')
            return 0;
    }
}
