#include "tools/source/date.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The number that exactly `n` digits at `s` write, or -1. */
static int digits(const char *s, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + s[i] - '0';
    }
    return v;
}

static int64_t moment(int year, int month, int day, int hour)
{
    char text[64];
    int64_t ms;
    if (year < 1970 || month < 0 || day < 0 || hour < 0)
        return -1;
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:00:00Z", year, month, day, hour);
    return clock_parse(text, &ms) ? -1 : ms;
}

/* The forms a date takes in one value, by what stands between the digits. */
static int64_t read_form(enum date_form form, const char *s)
{
    size_t n = strlen(s);
    switch (form) {
    case FORM_DASHED:
        return n == 10 && s[4] == '-' && s[7] == '-' ? moment(digits(s, 4), digits(s + 5, 2), digits(s + 8, 2), 0) : -1;
    case FORM_COMPACT:
        return n == 8 ? moment(digits(s, 4), digits(s + 4, 2), digits(s + 6, 2), 0) : -1;
    case FORM_DASHED_HOUR:
        return n == 13 && s[4] == '-' && s[7] == '-' && strchr("-T_ ", s[10])
                   ? moment(digits(s, 4), digits(s + 5, 2), digits(s + 8, 2), digits(s + 11, 2)) : -1;
    case FORM_COMPACT_HOUR:
        return n == 10 ? moment(digits(s, 4), digits(s + 4, 2), digits(s + 6, 2), digits(s + 8, 2)) : -1;
    case FORM_MONTH:
        return n == 7 && s[4] == '-' ? moment(digits(s, 4), digits(s + 5, 2), 1, 0) : -1;
    }
    return -1;
}

static enum date_role role_of_name(const char *name)
{
    static const struct {
        const char *name;
        enum date_role role;
    } names[] = {{"year", ROLE_YEAR}, {"yyyy", ROLE_YEAR}, {"y", ROLE_YEAR}, {"month", ROLE_MONTH}, {"mm", ROLE_MONTH},
        {"m", ROLE_MONTH}, {"day", ROLE_DAY}, {"dd", ROLE_DAY}, {"d", ROLE_DAY}, {"hour", ROLE_HOUR}, {"hh", ROLE_HOUR},
        {"hr", ROLE_HOUR}, {"h", ROLE_HOUR}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_iequal(names[i].name, name))
            return names[i].role;
    }
    return ROLE_NONE;
}

static struct date_key key_of(const char *name, const char *value)
{
    for (int form = FORM_DASHED; form <= FORM_MONTH; form++) {
        if (read_form((enum date_form)form, value) >= 0)
            return (struct date_key){.role = ROLE_DATE, .form = (enum date_form)form};
    }
    enum date_role role = role_of_name(name);
    size_t n = strlen(value);
    bool fits = role == ROLE_YEAR ? n == 4 : n == 1 || n == 2;
    if (role == ROLE_NONE || !fits || digits(value, n) < 0)
        return (struct date_key){0};
    return (struct date_key){.role = role, .padded = role == ROLE_YEAR || n == 2};
}

bool date_layout_of(const char *const *names, const char *const *values, size_t n, struct date_layout *out)
{
    if (n > DATE_KEYS_MAX)
        return false;
    struct date_layout l = {.count = n};
    for (size_t i = 0; i < n; i++)
        l.keys[i] = key_of(names[i], values[i]);
    if (date_read(&l, values) < 0)
        return false;
    *out = l;
    return true;
}

int64_t date_read(const struct date_layout *l, const char *const *values)
{
    int year = -1, month = -1, day = -1, hour = -1;
    int64_t whole = -1;
    for (size_t i = 0; i < l->count; i++) {
        int v = digits(values[i], strlen(values[i]) < 5 ? strlen(values[i]) : 0);
        switch (l->keys[i].role) {
        case ROLE_DATE:
            whole = read_form(l->keys[i].form, values[i]);
            break;
        case ROLE_YEAR:
            year = v;
            break;
        case ROLE_MONTH:
            month = v;
            break;
        case ROLE_DAY:
            day = v;
            break;
        case ROLE_HOUR:
            hour = v;
            break;
        case ROLE_NONE:
            break;
        }
    }
    if (whole >= 0)
        return hour > 23 ? -1 : whole + (hour > 0 ? hour * HOUR_MS : 0);
    return year < 0 || month < 0 ? -1 : moment(year, month, day < 0 ? 1 : day, hour < 0 ? 0 : hour);
}

static void write_form(enum date_form form, const struct tm *t, char *out)
{
    int year = t->tm_year + 1900, month = t->tm_mon + 1;
    bool dashed = form == FORM_DASHED || form == FORM_DASHED_HOUR || form == FORM_MONTH;
    int n = snprintf(out, DATE_TEXT, dashed ? "%04d-%02d" : "%04d%02d", year, month);
    if (form == FORM_MONTH || n < 0)
        return;
    n += snprintf(out + n, DATE_TEXT - (size_t)n, dashed ? "-%02d" : "%02d", t->tm_mday);
    if (form == FORM_DASHED_HOUR || form == FORM_COMPACT_HOUR)
        snprintf(out + n, DATE_TEXT - (size_t)n, dashed ? "-%02d" : "%02d", t->tm_hour);
}

bool date_write(const struct date_layout *l, size_t i, int64_t at_ms, char *out)
{
    struct tm t = clock_utc(at_ms);
    const struct date_key *k = &l->keys[i];
    if (k->role == ROLE_NONE)
        return false;
    if (k->role == ROLE_DATE) {
        write_form(k->form, &t, out);
        return true;
    }
    int v = k->role == ROLE_YEAR    ? t.tm_year + 1900
            : k->role == ROLE_MONTH ? t.tm_mon + 1
            : k->role == ROLE_DAY   ? t.tm_mday
                                    : t.tm_hour;
    snprintf(out, DATE_TEXT, k->padded ? "%02d" : "%d", v);
    return true;
}

enum cadence date_grain(const struct date_layout *l)
{
    enum cadence grain = CADENCE_MONTHLY;
    for (size_t i = 0; i < l->count; i++) {
        const struct date_key *k = &l->keys[i];
        bool hour = k->role == ROLE_HOUR ||
                    (k->role == ROLE_DATE && (k->form == FORM_DASHED_HOUR || k->form == FORM_COMPACT_HOUR));
        bool day = k->role == ROLE_DAY || (k->role == ROLE_DATE && k->form != FORM_MONTH);
        if (hour)
            return CADENCE_HOURLY;
        if (day)
            grain = CADENCE_DAILY;
    }
    return grain;
}

static int template_field(const char **p, const struct tm *t, struct buf *out)
{
    const struct {
        const char *word;
        int value;
    } words[] = {{"yyyy", t->tm_year + 1900}, {"MM", t->tm_mon + 1}, {"dd", t->tm_mday}, {"HH", t->tm_hour}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_starts(*p, words[i].word)) {
            *p += strlen(words[i].word);
            return buf_addf(out, "%02d", words[i].value);
        }
    }
    return **p && strchr("-_./", **p) ? buf_addc(out, *(*p)++) : -1;
}

int date_template(const char *text, int64_t at_ms, struct buf *out, struct err *e)
{
    struct tm t = clock_utc(at_ms);
    bool inside = false;
    for (const char *p = text; *p;) {
        if (*p == '{' || *p == '}') {
            if (inside == (*p == '{'))
                return err_set(e, ERR_INVALID, "s3_path: braces do not match");
            inside = !inside;
            p++;
        } else if (inside) {
            if (template_field(&p, &t, out))
                return err_set(e, ERR_INVALID, "s3_path: in braces only yyyy, MM, dd, HH with - _ . / between them");
        } else if (buf_addc(out, *p++)) {
            return err_set(e, ERR_INVALID, "s3_path: too long");
        }
    }
    return inside ? err_set(e, ERR_INVALID, "s3_path: braces do not match") : 0;
}
